#include "app/services/remote/engine_address.h"

#include <QHostAddress>
#include <QRegularExpression>

#include "app/services/downloads/source/http_client.h"

namespace dsm {
namespace {

constexpr qsizetype kLongestAddress = 500;

bool hasScheme(const QString& text) {
    return text.contains(QLatin1String("://"));
}

// What people copy along, and a version where none is named.
QString apiPath(QString path) {
    static const QRegularExpression kCopied(
        QStringLiteral("/(chat/completions|completions|models|embeddings)?/*$"));
    path.remove(kCopied);
    while (path.endsWith(u'/'))
        path.chop(1);
    static const QRegularExpression kVersion(QStringLiteral("/v[0-9]+[a-z0-9]*$"));
    return kVersion.match(path).hasMatch() ? path : path + QStringLiteral("/v1");
}

}  // namespace

QUrl engineAddress(const QString& typed) {
    const QString text = typed.trimmed();
    if (text.isEmpty() || text.size() > kLongestAddress) return {};
    QUrl url(hasScheme(text) ? text : QStringLiteral("https://") + text, QUrl::StrictMode);
    if (!hasScheme(text) && isThisMachine(url)) url.setScheme(QStringLiteral("http"));
    const bool isWeb =
        url.scheme() == QLatin1String("http") || url.scheme() == QLatin1String("https");
    const bool isPlain = url.userInfo().isEmpty() && !url.hasQuery() && !url.hasFragment();
    if (!url.isValid() || !isWeb || !isPlain || url.host().isEmpty() || url.port() == 0) return {};
    url.setPath(apiPath(url.path()));
    return url;
}

QUrl engineUrl(const QString& address, const QString& what) {
    return QUrl(address + u'/' + what);
}

QString engineHost(const QString& address) {
    const QUrl url(address);
    const QString host = url.host().toLower();
    return url.port() < 0 ? host : host + u':' + QString::number(url.port());
}

bool maySendKey(const QString& address) {
    const QUrl url(address);
    return url.scheme() == QLatin1String("https") || isThisMachine(url);
}

ProxyChoice proxyFor(const QString& address, const ProxyChoice& chosen) {
    return isThisMachine(QUrl(address)) ? ProxyChoice{.kind = ProxyChoice::Kind::None} : chosen;
}

}  // namespace dsm
