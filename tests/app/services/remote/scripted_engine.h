// ScriptedEngine: a server on this machine that answers each request with the bytes that a test has written
// down for it, in as many pieces as it likes.
#pragma once

#include <QHash>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPointer>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslSocket>
#include <QTcpServer>
#include <QTcpSocket>
#include <functional>

namespace dsm::test {

struct EngineRequest {
    QByteArray method;
    QByteArray path;
    QHash<QByteArray, QByteArray> headers;  // names in lower case
    QByteArray body;

    QJsonObject json() const { return QJsonDocument::fromJson(body).object(); }
};

// What a test says to a request that has arrived.
class EngineAnswer {
  public:
    explicit EngineAnswer(QTcpSocket* socket) : socket_(socket) {}

    bool isHeard() const {
        return socket_ != nullptr && socket_->state() == QAbstractSocket::ConnectedState;
    }
    void raw(const QByteArray& bytes) {
        if (!isHeard()) return;
        socket_->write(bytes);
        socket_->flush();
    }
    void whole(int status, const QByteArray& body, const QByteArray& headers = {},
               const QByteArray& type = "application/json") {
        raw("HTTP/1.1 " + QByteArray::number(status) + " -\r\nContent-Type: " + type +
            "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\nConnection: close\r\n" +
            headers + "\r\n" + body);
        close();
    }
    // The head of a stream that ends with its connection.
    void stream() {
        raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
            "Transfer-Encoding: chunked\r\n\r\n");
    }
    void chunk(const QByteArray& bytes) {
        raw(QByteArray::number(bytes.size(), 16) + "\r\n" + bytes + "\r\n");
    }
    void event(const QByteArray& data) { chunk("data: " + data + "\n\n"); }
    void say(const QString& text) {
        const QJsonObject delta{{QStringLiteral("content"), text}};
        const QJsonObject choice{{QStringLiteral("index"), 0}, {QStringLiteral("delta"), delta}};
        event(QJsonDocument(QJsonObject{{QStringLiteral("choices"), QJsonArray{choice}}})
                  .toJson(QJsonDocument::Compact));
    }
    void done(const QByteArray& reason = "stop") {
        event("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}");
        event("{\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":5}}");
        event("[DONE]");
        chunk({});
        close();
    }
    void close() {
        if (socket_ != nullptr) socket_->disconnectFromHost();
    }
    // As when a cable is pulled.
    void drop() {
        if (socket_ != nullptr) socket_->abort();
    }

  private:
    QPointer<QTcpSocket> socket_;
};

class ScriptedEngine : public QTcpServer {
  public:
    using Script = std::function<void(const EngineRequest&, EngineAnswer)>;

    explicit ScriptedEngine(quint16 port = 0) { listen(QHostAddress::LocalHost, port); }

    QString address() const {
        return QStringLiteral("%1://127.0.0.1:%2/v1")
            .arg(key_.isNull() ? QStringLiteral("http") : QStringLiteral("https"))
            .arg(serverPort());
    }
    // Of what is no list of models.
    void setScript(Script script) { script_ = std::move(script); }
    void setModels(const QByteArray& json) { models_ = json; }
    void setModelsScript(Script script) { modelsScript_ = std::move(script); }
    void useTls(const QSslKey& key, const QSslCertificate& certificate) {
        key_ = key;
        certificate_ = certificate;
    }
    const QList<EngineRequest>& requests() const { return requests_; }
    // Without the questions for the list.
    QList<EngineRequest> asked() const {
        QList<EngineRequest> all = requests_;
        all.removeIf([](const EngineRequest& one) { return one.path.endsWith("/models"); });
        return all;
    }

  protected:
    void incomingConnection(qintptr descriptor) override {
        auto* socket = key_.isNull() ? new QTcpSocket(this) : new QSslSocket(this);
        socket->setSocketDescriptor(descriptor);
        if (auto* tls = qobject_cast<QSslSocket*>(socket)) {
            tls->setPrivateKey(key_);
            tls->setLocalCertificate(certificate_);
            tls->startServerEncryption();
        }
        connect(socket, &QTcpSocket::readyRead, socket, [this, socket] {
            QByteArray& read = read_[socket];
            read += socket->readAll();
            takeRequest(socket, read);
        });
        connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
            read_.remove(socket);
            socket->deleteLater();
        });
    }

  private:
    void takeRequest(QTcpSocket* socket, QByteArray& read) {
        const qsizetype headEnd = read.indexOf("\r\n\r\n");
        if (headEnd < 0) return;
        EngineRequest request;
        const QList<QByteArray> lines = read.first(headEnd).split('\n');
        const QList<QByteArray> first = lines.first().split(' ');
        request.method = first.value(0);
        request.path = first.value(1);
        for (const QByteArray& line : lines.sliced(1)) {
            const qsizetype colon = line.indexOf(':');
            request.headers[line.first(colon).trimmed().toLower()] =
                line.sliced(colon + 1).trimmed();
        }
        const qsizetype length = request.headers.value("content-length").toLongLong();
        if (read.size() < headEnd + 4 + length) return;
        request.body = read.mid(headEnd + 4, length);
        read.remove(0, headEnd + 4 + length);
        requests_.append(request);
        EngineAnswer answer(socket);
        const bool isList = request.path.endsWith("/models");
        if (isList && modelsScript_) return modelsScript_(request, answer);
        if (isList) return answer.whole(200, models_);
        if (script_) script_(request, answer);
    }

    Script script_;
    Script modelsScript_;
    QByteArray models_ =
        R"({"object":"list","data":[{"id":"tiny","owned_by":"vllm","max_model_len":4096}]})";
    QSslKey key_;
    QSslCertificate certificate_;
    QList<EngineRequest> requests_;
    QHash<QTcpSocket*, QByteArray> read_;
};

}  // namespace dsm::test
