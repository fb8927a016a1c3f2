#include "app/services/downloads/source/http_client.h"
#include "app/services/program/said.h"

#include <QDateTime>
#include <QHostAddress>
#include <QLocale>
#include <QNetworkProxy>
#include <QRegularExpression>
#include <QTimer>
#include <algorithm>
#include <utility>

namespace dsm {
namespace {

QString hostKey(const QUrl& url) {
    const QString host = url.host().toLower();
    return url.port() < 0 ? host : host + u':' + QString::number(url.port());
}

class SystemProxies : public QNetworkProxyFactory {
  public:
    explicit SystemProxies(SocketWatch& sockets) : sockets_(sockets) {}

    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery& query) override {
        const QList<QNetworkProxy> proxies = systemProxyForQuery(query);
        for (const QNetworkProxy& proxy : proxies)
            sockets_.addPort(proxy.port());
        return proxies;
    }

  private:
    SocketWatch& sockets_;
};

std::optional<QNetworkProxy> parsedProxy(const QString& address) {
    const QUrl url(address);
    const bool isSocks = url.scheme() == QLatin1String("socks5");
    if (!isSocks && url.scheme() != QLatin1String("http")) return std::nullopt;
    if (url.host().isEmpty() || url.port() <= 0) return std::nullopt;
    return QNetworkProxy(isSocks ? QNetworkProxy::Socks5Proxy : QNetworkProxy::HttpProxy,
                         url.host(), static_cast<quint16>(url.port()), url.userName(),
                         url.password());
}

QString shown(const QUrl& url) {
    return url.host();  // a signed address has no place in a message
}

// The transfer's timeout begins again with every byte: a body that drips would never end.
void abortWhenSlow(QNetworkReply* reply, std::chrono::milliseconds window) {
    auto* timer = new QTimer(reply);
    const qint64 least = HttpClient::kLeastBytesPerSecond * window.count() / 1000;
    QObject::connect(timer, &QTimer::timeout, reply, [reply, least, before = qint64(0)]() mutable {
        const qint64 now = reply->bytesAvailable();
        if (now - before < least) reply->abort();
        before = now;
    });
    QObject::connect(reply, &QNetworkReply::metaDataChanged, timer,
                     [timer, window] { timer->start(window); });
}

DownloadError deniedError(const HttpAnswer& answer, const QByteArray& code) {
    if (code == "GatedRepo") {
        return {DownloadFault::Denied,
                said(
                    [] {
                        return DownloadText::tr(
                            "This model asks you to accept its terms on its page at %1. "
                            "Accept them there, enter your access token and resume.");
                    },
                    {shown(answer.url)})};
    }
    return {DownloadFault::Denied,
            said(
                [] {
                    return DownloadText::tr(
                        "%1 refuses access: the repository does not exist or needs an access "
                        "token. Check the name and the token, then resume.");
                },
                {shown(answer.url)})};
}

DownloadError missingError(const HttpAnswer& answer, const QByteArray& code) {
    if (code == "RevisionNotFound") {
        return {DownloadFault::NotFound,
                said(
                    [] {
                        return DownloadText::tr(
                            "The repository at %1 has no such revision. Check its name.");
                    },
                    {shown(answer.url)})};
    }
    if (code == "EntryNotFound") {
        return {DownloadFault::NotFound,
                said(
                    [] {
                        return DownloadText::tr(
                            "The repository at %1 lacks the file %2. Choose another "
                            "repository or source.");
                    },
                    {shown(answer.url), answer.url.fileName()})};
    }
    return {DownloadFault::NotFound,
            said(
                [] {
                    return DownloadText::tr(
                        "%1 does not have this repository. Check the name or choose another "
                        "source.");
                },
                {shown(answer.url)})};
}

}  // namespace

bool isUsable(const ProxyChoice& choice) {
    return choice.kind != ProxyChoice::Kind::Manual || parsedProxy(choice.address).has_value();
}

HttpClient::HttpClient(QObject* parent) : QObject(parent), network_(this), sockets_(this) {
    network_.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    setProxy({});
}

void HttpClient::setProxy(const ProxyChoice& choice) {
    const auto manual = parsedProxy(choice.address);
    if (choice.kind == ProxyChoice::Kind::System) {
        network_.setProxyFactory(new SystemProxies(sockets_));
    } else if (choice.kind == ProxyChoice::Kind::Manual && manual) {
        sockets_.addPort(manual->port());
        network_.setProxy(*manual);
    } else {
        network_.setProxy(QNetworkProxy::NoProxy);
    }
    network_.clearConnectionCache();
}

void HttpClient::setToken(const QString& host, const QString& token) {
    if (token.isEmpty()) {
        tokens_.remove(host.toLower());
    } else {
        tokens_.insert(host.toLower(), token);
    }
}

QNetworkRequest HttpClient::request(const QUrl& url) const {
    QNetworkRequest request(url);
    request.setRawHeader("Accept-Encoding", "identity");
    request.setRawHeader("User-Agent", "deepseekmoe-desktop");
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    const bool isPrivate = url.scheme() == QLatin1String("https") || isThisMachine(url);
    const QString token = tokens_.value(hostKey(url));
    if (isPrivate && !token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + token.toUtf8());
    return request;
}

// The transfer's timeout begins again with every byte: headers without end would never meet it.
void HttpClient::watch(QNetworkReply* reply, std::chrono::milliseconds headTime) {
    const QUrl url = reply->url();
    sockets_.addPort(url.port(url.scheme() == QLatin1String("https") ? 443 : 80));
    sockets_.add(reply);
    auto* timer = new QTimer(reply);
    timer->setSingleShot(true);
    timer->setInterval(headTime);
    connect(timer, &QTimer::timeout, reply, &QNetworkReply::abort);
    // Not from its making: it may wait for a free connection, and a connection for its handshake.
    connect(reply, &QNetworkReply::requestSent, timer, qOverload<>(&QTimer::start));
    connect(reply, &QNetworkReply::metaDataChanged, timer, &QTimer::stop);
}

void HttpClient::ask(Method method, const QUrl& url, QObject* context,
                     std::function<void(const HttpAnswer&)> done) {
    QNetworkRequest asked = request(url);
    asked.setTransferTimeout(static_cast<int>(timeout_.count()));
    QNetworkReply* reply = method == Method::Head ? network_.head(asked) : network_.get(asked);
    connect(context, &QObject::destroyed, reply, [reply] {
        reply->disconnect();
        reply->deleteLater();
    });
    connect(reply, &QNetworkReply::downloadProgress, context, [reply](qint64 received, qint64) {
        if (received > kMostBody) reply->abort();
    });
    abortWhenSlow(reply, timeout_);
    watch(reply, std::min(timeout_, kMostHeadTime));
    connect(reply, &QNetworkReply::finished, context, [reply, done = std::move(done)] {
        HttpAnswer answer = headOf(*reply);
        if (reply->isOpen()) answer.body = reply->readAll();  // an aborted one is not
        if (answer.status == 0 || reply->error() == QNetworkReply::OperationCanceledError ||
            reply->error() == QNetworkReply::RemoteHostClosedError) {
            answer.status = 0;
            answer.error = connectionError(reply->error(), reply->errorString(), reply->url());
            answer.networkError = reply->error();
            answer.networkWords = reply->errorString();
        }
        reply->deleteLater();
        done(answer);
    });
}

QNetworkReply* HttpClient::open(const QUrl& url, const HttpHeaders& headers, qint64 bufferBytes) {
    QNetworkRequest asked = request(url);
    for (const auto& [name, value] : headers)
        asked.setRawHeader(name, value);
    asked.setAttribute(WatchedNetwork::kIsFile, true);
    QNetworkReply* reply = network_.get(asked);
    reply->setReadBufferSize(bufferBytes);
    watch(reply, std::min(timeout_, kMostHeadTime));
    return reply;
}

QNetworkReply* HttpClient::post(const QUrl& url, const QByteArray& json,
                                std::chrono::milliseconds headTime, qint64 bufferBytes) {
    QNetworkRequest asked = request(url);
    asked.setHeader(QNetworkRequest::ContentTypeHeader, QByteArrayLiteral("application/json"));
    QNetworkReply* reply = network_.post(asked, json);
    reply->setReadBufferSize(bufferBytes);
    watch(reply, headTime);
    return reply;
}

HttpAnswer headOf(const QNetworkReply& reply) {
    HttpAnswer answer;
    answer.url = reply.url();
    answer.status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    for (const auto& [name, value] : reply.rawHeaderPairs())
        answer.headers.insert(name.toLower(), value);
    return answer;
}

DownloadError connectionError(QNetworkReply::NetworkError error, const QString& text,
                              const QUrl& url) {
    const QString host = shown(url);
    switch (error) {
        case QNetworkReply::HostNotFoundError:
            return {DownloadFault::Network,
                    said(
                        [] {
                            return DownloadText::tr(
                                "%1 was not found. Check the connection to the internet; the "
                                "download goes on where it was.");
                        },
                        {host})};
        case QNetworkReply::ConnectionRefusedError:
            return {DownloadFault::Network,
                    said(
                        [] {
                            return DownloadText::tr(
                                "%1 does not accept connections. Check the address and the "
                                "proxy, or try again later.");
                        },
                        {host})};
        case QNetworkReply::SslHandshakeFailedError:
            return {DownloadFault::Unsafe,
                    said(
                        [] {
                            return DownloadText::tr(
                                "The identity of %1 could not be verified (%2). Check this "
                                "computer's date and that no program intercepts the connection, "
                                "then resume.");
                        },
                        {host, text})};
        case QNetworkReply::ProxyConnectionRefusedError:
        case QNetworkReply::ProxyConnectionClosedError:
        case QNetworkReply::ProxyNotFoundError:
        case QNetworkReply::ProxyTimeoutError:
        case QNetworkReply::ProxyAuthenticationRequiredError:
            return {DownloadFault::Network,
                    said(
                        [] {
                            return DownloadText::tr(
                                "The proxy does not work (%1). Check its settings, then resume.");
                        },
                        {text})};
        case WatchedNetwork::kRefused:
            return {DownloadFault::Denied, said([] {
                        return DownloadText::tr(
                            "The program is set never to connect. Allow connections in the "
                            "list of connections, then resume.");
                    })};
        default:
            return {DownloadFault::Network,
                    said(
                        [] {
                            return DownloadText::tr(
                                "The connection to %1 was lost (%2). Check the connection to the "
                                "internet; the download goes on where it was.");
                        },
                        {host, text})};
    }
}

DownloadError statusError(const HttpAnswer& answer) {
    if (answer.error) return *answer.error;
    const QByteArray code = answer.header("x-error-code");
    const QString host = shown(answer.url);
    const bool isMissing = code.endsWith("NotFound");
    if (isMissing || answer.status == 404) return missingError(answer, code);
    if (answer.status == 401 || answer.status == 403) return deniedError(answer, code);
    if (answer.status == 429) {
        const auto patience = askedPatience(answer);
        const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(patience).count();
        return {DownloadFault::TooManyRequests,
                DownloadText::tr("%1 answers too many requests from this network; it allows the "
                                 "next in about %n minutes. An access token raises the limit.",
                                 nullptr, static_cast<int>(minutes) + 1)
                    .arg(host),
                patience};
    }
    if (answer.status / 100 == 5 || answer.status == 408) {
        return {DownloadFault::Server,
                said(
                    [] {
                        return DownloadText::tr(
                            "%1 has a problem (status %2). Try again later or choose another "
                            "source.");
                    },
                    {host, QString::number(answer.status)}),
                askedPatience(answer)};
    }
    if (answer.isRedirect()) {
        if (const auto target = redirectTarget(answer); !target) return target.error();
        return {DownloadFault::Unsafe,
                said(
                    [] {
                        return DownloadText::tr(
                            "%1 passes this request on to %2. Choose that source instead.");
                    },
                    {host, QUrl(QString::fromUtf8(answer.header("location"))).host()})};
    }
    return {DownloadFault::WrongAnswer,
            said(
                [] {
                    return DownloadText::tr(
                        "%1 gave an answer that was not understood (status %2). Check the "
                        "address of the source.");
                },
                {host, QString::number(answer.status)})};
}

DownloadResult<QUrl> redirectTarget(const HttpAnswer& answer) {
    const QUrl location = QUrl::fromEncoded(answer.header("location"), QUrl::StrictMode);
    const QUrl target = answer.url.resolved(location);
    const bool isHttps = target.scheme() == QLatin1String("https");
    const bool isHttp = target.scheme() == QLatin1String("http");
    const bool wasHttps = answer.url.scheme() == QLatin1String("https");
    const bool isAddress = location.isValid() && target.isValid() && !target.host().isEmpty();
    if (location.isEmpty() || !isAddress || (!isHttps && !isHttp)) {
        return downloadFailure(
            DownloadFault::Unsafe,
            said(
                [] {
                    return DownloadText::tr(
                        "%1 sends the download to an address that cannot be used. Choose "
                        "another source.");
                },
                {shown(answer.url)}));
    }
    if (wasHttps && !isHttps) {
        return downloadFailure(
            DownloadFault::Unsafe,
            said(
                [] {
                    return DownloadText::tr(
                        "%1 sends the download to an address without encryption (%2). Sign in "
                        "to the network if it asks for that, or choose another source.");
                },
                {shown(answer.url), target.host()}));
    }
    return target;
}

bool isSameOrigin(const QUrl& a, const QUrl& b) {
    const auto port = [](const QUrl& url) {
        return url.port(url.scheme() == QLatin1String("https") ? 443 : 80);
    };
    return a.scheme() == b.scheme() && a.host().compare(b.host(), Qt::CaseInsensitive) == 0 &&
           port(a) == port(b);
}

bool isThisMachine(const QUrl& url) {
    return url.host() == QLatin1String("localhost") || QHostAddress(url.host()).isLoopback();
}

DownloadError tooManyRedirects(const QUrl& url) {
    return {DownloadFault::Unsafe,
            said(
                [] {
                    return DownloadText::tr(
                        "%1 sends the download in circles. Try again later or choose another "
                        "source.");
                },
                {shown(url)})};
}

std::chrono::milliseconds askedPatience(const HttpAnswer& answer) {
    using std::chrono::seconds;
    const QByteArray after = answer.header("retry-after").trimmed();
    bool isNumber = false;
    const int number = after.toInt(&isNumber);
    if (isNumber && number > 0) return seconds(number);
    // RFC 7231's only form of a date that is still sent.
    const QDateTime date = QLocale::c().toDateTime(
        QString::fromLatin1(after), QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'"));
    if (date.isValid()) {
        const QDateTime utc(date.date(), date.time(), Qt::UTC);
        const qint64 left = QDateTime::currentDateTimeUtc().secsTo(utc);
        if (left > 0) return seconds(left);
    }
    static const QRegularExpression time(QStringLiteral("(?:^|;)\\s*t=(\\d{1,6})"));
    const auto found = time.match(QString::fromLatin1(answer.header("ratelimit")));
    return found.hasMatch() ? seconds(found.captured(1).toInt()) : seconds(0);
}

}  // namespace dsm
