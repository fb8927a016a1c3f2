#include "tests/app/services/downloads/hub_server.h"

#include <QElapsedTimer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>
#include <algorithm>
#include <utility>

namespace dsm::test {
namespace {

constexpr qint64 kMostAtOnce = 1 << 20;
constexpr qint64 kInFlight = 2 << 20;
constexpr int kDripMs = 20;

const char* reason(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 206:
            return "Partial Content";
        case 302:
            return "Found";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 416:
            return "Range Not Satisfiable";
        case 429:
            return "Too Many Requests";
        default:
            return "Status";
    }
}

}  // namespace

// One client's connection; answers its requests one after another.
class Connection : public QObject {
  public:
    Connection(HubServer& server, QTcpSocket* socket, bool isCdn)
        : QObject(socket), server_(server), socket_(socket), isCdn_(isCdn) {
        connect(socket, &QTcpSocket::readyRead, this, &Connection::read);
        connect(socket, &QTcpSocket::bytesWritten, this, &Connection::sendMore);
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        connect(&throttle_, &QTimer::timeout, this, &Connection::sendMore);
    }

  private:
    void read() {
        pending_ += socket_->readAll();
        while (!isSending_ && !isSilent_) {
            const qsizetype end = pending_.indexOf("\r\n\r\n");
            if (end < 0) return;
            const QByteArray head = pending_.left(end);
            pending_.remove(0, end + 4);
            answer(parse(head));
        }
    }

    ServedRequest parse(const QByteArray& head) const {
        ServedRequest request;
        const QList<QByteArray> lines = head.split('\n');
        const QList<QByteArray> first = lines[0].trimmed().split(' ');
        request.method = first.value(0);
        const QByteArray target = first.value(1);
        const qsizetype mark = target.indexOf('?');
        request.path = QByteArray::fromPercentEncoding(mark < 0 ? target : target.left(mark));
        if (mark >= 0) request.query = target.mid(mark + 1);
        for (qsizetype i = 1; i < lines.size(); ++i) {
            const qsizetype colon = lines[i].indexOf(':');
            request.headers.insert(lines[i].left(colon).trimmed().toLower(),
                                   lines[i].mid(colon + 1).trimmed());
        }
        request.isCdn = isCdn_;
        return request;
    }

    void answer(ServedRequest request) {
        HubServer::Script script;
        {
            const QMutexLocker lock(&server_.mutex_);
            request.number = ++server_.requestCount_;
            server_.requests_.append(request);
            script = server_.script_;
        }
        misdeed_ = script ? script(request) : Misdeed{};
        if (!misdeed_.goesOn.isEmpty()) {
            isSending_ = true;
            socket_->write(misdeed_.begins);
            sendMore();
            return;
        }
        HubAnswer answer;
        if (misdeed_.status != 0) {
            answer.status = misdeed_.status;
            answer.text = misdeed_.body;
        } else {
            const QMutexLocker lock(&server_.mutex_);
            answer = HubAnswers(server_.state_, misdeed_).answer(request);
        }
        send(request, answer);
    }

    void send(const ServedRequest& request, HubAnswer& answer) {
        const bool isHead = request.method == "HEAD";
        const qint64 length = answer.file ? answer.end - answer.begin : answer.text.size();
        QByteArray head =
            "HTTP/1.1 " + QByteArray::number(answer.status) + ' ' + reason(answer.status) + "\r\n";
        for (const auto& [name, value] : misdeed_.headers)
            answer.headers.removeIf([&, n = name](const auto& own) { return own.first == n; });
        answer.headers += misdeed_.headers;
        if (misdeed_.isChunked) {
            answer.headers.emplaceBack("Transfer-Encoding", "chunked");
        } else if (!misdeed_.hidesLength) {
            answer.headers.emplaceBack("Content-Length",
                                       QByteArray::number(length + misdeed_.addsBytes));
        }
        closes_ = misdeed_.hidesLength && !misdeed_.staysOpen;
        answer.headers.emplaceBack("Connection", closes_ ? "close" : "keep-alive");
        for (const auto& [name, value] : answer.headers)
            head += name + ": " + value + "\r\n";
        socket_->write(head + "\r\n");
        if (misdeed_.isChunked) socket_->write(QByteArray::number(length, 16) + "\r\n");
        if (isHead) {
            if (closes_) socket_->disconnectFromHost();
            return;
        }
        if (!answer.file && misdeed_.dripsAfter >= 0) {
            answer.file = ServedFile{{}, answer.text.size(), 0, false, false, answer.text};
            answer.end = answer.text.size();
        }
        if (!answer.file) {
            socket_->write(answer.text);
            if (closes_) socket_->disconnectFromHost();
            return;
        }
        file_ = answer.file;
        at_ = begin_ = answer.begin;
        end_ = answer.end;
        isSending_ = true;
        started_.start();
        const qint64 limit = server_.bytesPerSecond_;
        if (limit > 0 || misdeed_.dripsAfter >= 0) throttle_.start(kDripMs);
        sendMore();
    }

    void sendMore() {
        if (!misdeed_.goesOn.isEmpty()) {
            while (isSending_ && socket_->bytesToWrite() < kInFlight) {
                socket_->write(misdeed_.goesOn);
                server_.bytesSent_ += misdeed_.goesOn.size();
            }
            return;
        }
        const qint64 limit = server_.bytesPerSecond_;
        while (isSending_ && at_ < end_ && socket_->bytesToWrite() < kInFlight) {
            qint64 most = std::min<qint64>(end_ - at_, kMostAtOnce);
            if (limit > 0) {
                const qint64 allowed = limit * (started_.elapsed() + 20) / 1000 - (at_ - begin_);
                most = std::min(most, allowed);
                if (most <= 0) return;
            }
            if (misdeed_.dripsAfter >= 0) {
                const qint64 whole = begin_ + misdeed_.dripsAfter - at_;
                if (whole <= 0 && drip_.isValid() && !drip_.hasExpired(kDripMs)) return;
                if (whole <= 0) drip_.start();
                most = std::min(most, std::max<qint64>(whole, 1));
            }
            if (misdeed_.cutsAfter >= 0) most = std::min(most, begin_ + misdeed_.cutsAfter - at_);
            if (misdeed_.stallsAfter >= 0)
                most = std::min(most, begin_ + misdeed_.stallsAfter - at_);
            if (most <= 0) {
                isSending_ = false;
                isSilent_ = true;
                throttle_.stop();
                if (misdeed_.cutsAfter >= 0) socket_->disconnectFromHost();
                return;
            }
            QByteArrayView part = file_->content(at_, most);
            QByteArray damaged;
            const qint64 flip = misdeed_.flipsByteAt - at_;
            if (misdeed_.flipsByteAt >= 0 && flip >= 0 && flip < part.size()) {
                damaged = part.toByteArray();
                damaged[flip] = static_cast<char>(damaged[flip] ^ 1);
                part = damaged;
            }
            socket_->write(part.data(), part.size());
            at_ += part.size();
            server_.bytesSent_ += part.size();
        }
        if (isSending_ && at_ >= end_) {
            isSending_ = false;
            throttle_.stop();
            socket_->write(QByteArray(misdeed_.addsBytes, 'x'));
            if (misdeed_.isChunked || misdeed_.staysOpen) {
                isSilent_ = true;
            } else if (closes_) {
                socket_->disconnectFromHost();
            } else {
                QMetaObject::invokeMethod(
                    this, [this] { read(); }, Qt::QueuedConnection);
            }
        }
    }

    HubServer& server_;
    QTcpSocket* socket_;
    bool isCdn_;
    QByteArray pending_;
    Misdeed misdeed_;
    std::optional<ServedFile> file_;
    qint64 begin_ = 0;
    qint64 at_ = 0;
    qint64 end_ = 0;
    bool isSending_ = false;
    bool isSilent_ = false;
    bool closes_ = false;
    QElapsedTimer started_;
    QElapsedTimer drip_;
    QTimer throttle_;
};

HubServer::HubServer(const QString& repository) {
    state_.repository = repository;
    state_.commit = QString(40, u'c');
    auto* root = new QObject;
    root->moveToThread(&thread_);
    QObject::connect(&thread_, &QThread::finished, root, &QObject::deleteLater);
    thread_.start();
    QMetaObject::invokeMethod(
        root,
        [this, root] {
            for (const bool isCdn : {false, true}) {
                auto* listener = new QTcpServer(root);
                listener->listen(QHostAddress(isCdn ? QStringLiteral("127.0.0.2")
                                                    : QStringLiteral("127.0.0.1")));
                (isCdn ? cdnPort_ : hubPort_) = listener->serverPort();
                QObject::connect(listener, &QTcpServer::newConnection, listener,
                                 [this, listener, isCdn] {
                                     while (QTcpSocket* socket = listener->nextPendingConnection())
                                         new Connection(*this, socket, isCdn);
                                 });
            }
        },
        Qt::BlockingQueuedConnection);
    const QMutexLocker lock(&mutex_);
    state_.hub = hub();
    state_.cdn = cdn();
}

HubServer::~HubServer() {
    thread_.quit();
    thread_.wait();
}

QString HubServer::repository() const {
    const QMutexLocker lock(&mutex_);
    return state_.repository;
}

QString HubServer::commit() const {
    const QMutexLocker lock(&mutex_);
    return state_.commit;
}

QString HubServer::hub() const {
    return QStringLiteral("http://127.0.0.1:%1").arg(hubPort_);
}

QString HubServer::cdn() const {
    return QStringLiteral("http://127.0.0.2:%1").arg(cdnPort_);
}

void HubServer::add(const ServedFile& file) {
    ServedFile added = file;
    if (!added.bytes.isEmpty()) added.sizeBytes = added.bytes.size();
    if (added.listedHash.isEmpty()) added.listedHash = added.isLarge ? added.hash().hex : QString();
    const QMutexLocker lock(&mutex_);
    state_.files.removeIf([&](const ServedFile& old) { return old.path == added.path; });
    state_.files.append(added);
}

void HubServer::addModel(qint64 weightBytes) {
    add({QStringLiteral("config.json"), 0, 0, false, false, "{\"model_type\": \"deepseek\"}\n"});
    add({QStringLiteral("tokenizer.json"), 300'000, 7});
    add({QStringLiteral("modeling_deepseek.py"), 0, 0, false, false, "raise SystemExit\n"});
    add({QStringLiteral("sub/tokenizer_config.json"), 0, 0, false, false, "{}\n"});
    add({QStringLiteral("model.safetensors"), weightBytes, 11, true});
}

QList<ServedFile> HubServer::files() const {
    const QMutexLocker lock(&mutex_);
    return state_.files;
}

ServedFile HubServer::file(const QString& path) const {
    const QMutexLocker lock(&mutex_);
    for (const ServedFile& file : state_.files)
        if (file.path == path) return file;
    return {};
}

void HubServer::setScript(Script script) {
    const QMutexLocker lock(&mutex_);
    script_ = std::move(script);
}

void HubServer::setPageSize(int entries) {
    const QMutexLocker lock(&mutex_);
    state_.pageSize = entries;
}

void HubServer::expireAddresses() {
    const QMutexLocker lock(&mutex_);
    state_.oldestSignature = ++state_.signature;
}

void HubServer::setBytesPerSecond(qint64 perConnection) {
    bytesPerSecond_ = perConnection;
}

void HubServer::replaceCommit(const QString& commit) {
    const QMutexLocker lock(&mutex_);
    state_.commit = commit;
}

QList<ServedRequest> HubServer::requests() const {
    const QMutexLocker lock(&mutex_);
    return requests_;
}

int HubServer::count(const std::function<bool(const ServedRequest&)>& matches) const {
    const QList<ServedRequest> all = requests();
    return static_cast<int>(std::count_if(all.begin(), all.end(), matches));
}

void HubServer::clearRequests() {
    const QMutexLocker lock(&mutex_);
    requests_.clear();
}

}  // namespace dsm::test
