// HttpClient: the only place where requests leave the program; it keeps what must never be bent.
//
// * TLS is verified, always: there is no switch.
// * Redirects are never followed here: who asks decides with redirectTarget().
// * A token goes to the host it belongs to and no other, and never over plain http (this machine
//   excepted).
// * No cookies, no cache; bodies are asked for uncoded. HTTP/1.1, because several ranges over one
//   HTTP/2 connection are one connection.
//
// Threads  One thread, the one it was made on, with an event loop.
// Errors   HttpAnswer::error where there was no HTTP answer; a status is the caller's to judge.
#pragma once

#include <QHash>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QObject>
#include <QUrl>
#include <functional>
#include <optional>

#include "app/services/downloads/file/download_error.h"
#include "app/services/downloads/source/proxy_choice.h"
#include "app/services/downloads/source/socket_watch.h"
#include "app/services/downloads/source/watched_network.h"

namespace dsm {

struct HttpAnswer {
    QUrl url = {};
    int status = 0;                              // 0: no answer; see error
    QHash<QByteArray, QByteArray> headers = {};  // names in lower case
    QByteArray body = {};
    std::optional<DownloadError> error = {};
    // The same as Qt has it, for who downloads nothing.
    QNetworkReply::NetworkError networkError = QNetworkReply::NoError;
    QString networkWords = {};

    QByteArray header(const QByteArray& lowerCaseName) const {
        return headers.value(lowerCaseName);
    }
    bool isRedirect() const { return status / 100 == 3 && headers.contains("location"); }
};

using HttpHeaders = QList<QPair<QByteArray, QByteArray>>;

class HttpClient : public QObject {
    Q_OBJECT

  public:
    enum class Method { Head, Get };

    explicit HttpClient(QObject* parent = nullptr);

    // Told of every request, and asked whether it may be made; nullptr: nobody is.
    void setConnections(Connections* connections) { network_.setConnections(connections); }
    void setProxy(const ProxyChoice& choice);
    // Of "host" or "host:port"; an empty token takes it away.
    void setToken(const QString& host, const QString& token);
    void setTimeout(std::chrono::milliseconds timeout) { timeout_ = timeout; }

    // A whole answer of at most kMostBody bytes, no slower than kLeastBytesPerSecond, whose headers
    // are there in kMostHeadTime. Destroying `context` ends the request unheard.
    void ask(Method method, const QUrl& url, QObject* context,
             std::function<void(const HttpAnswer&)> done);
    // A body that the caller reads piece by piece, with headers as above; the reply is the caller's
    // to delete.
    QNetworkReply* open(const QUrl& url, const HttpHeaders& headers, qint64 bufferBytes);
    // The same of an answer to this JSON, whose headers may take so long: who answers may think first.
    QNetworkReply* post(const QUrl& url, const QByteArray& json, std::chrono::milliseconds headTime,
                        qint64 bufferBytes);

    static constexpr qint64 kMostBody = 32 << 20;
    static constexpr qint64 kLeastBytesPerSecond = 1'000;  // of a whole answer, over the timeout
    // From the request to the end of the headers, of which nothing is shown before.
    static constexpr std::chrono::milliseconds kMostHeadTime{10'000};

  private:
    QNetworkRequest request(const QUrl& url) const;
    void watch(QNetworkReply* reply, std::chrono::milliseconds headTime);

    WatchedNetwork network_;
    SocketWatch sockets_;  // gone before the network, which waits for its thread
    QHash<QString, QString> tokens_;
    std::chrono::milliseconds timeout_{30'000};
};

// What a reply without a status means, or one cut off.
DownloadError connectionError(QNetworkReply::NetworkError error, const QString& text,
                              const QUrl& url);
// What a status that is not the wanted one means: the Hub's X-Error-Code, else the status itself.
DownloadError statusError(const HttpAnswer& answer);
// Headers and status of a reply; not its body.
HttpAnswer headOf(const QNetworkReply& reply);

// Where an answer sends us, or why we do not go: no address, not http(s), away from https.
DownloadResult<QUrl> redirectTarget(const HttpAnswer& answer);
bool isSameOrigin(const QUrl& a, const QUrl& b);
bool isThisMachine(const QUrl& url);

inline constexpr int kMostRedirects = 5;
DownloadError tooManyRedirects(const QUrl& url);

// How long a 429 or 503 asks us to wait: Retry-After (seconds or a date), or RateLimit's t.
std::chrono::milliseconds askedPatience(const HttpAnswer& answer);

}  // namespace dsm
