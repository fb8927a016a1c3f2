#include "app/services/downloads/source/source.h"

#include <QUrl>

namespace dsm {

QString Source::address() const {
    const bool isHub = kind == Kind::HuggingFace;
    QString text = endpoint;
    if (text.isEmpty()) {
        text = qEnvironmentVariable(isHub ? "HF_ENDPOINT" : "MODELSCOPE_DOMAIN").trimmed();
        if (text.isEmpty())
            text = isHub ? QStringLiteral("huggingface.co") : QStringLiteral("modelscope.cn");
        if (!text.contains(QLatin1String("://"))) text.prepend(QStringLiteral("https://"));
    }
    while (text.endsWith(u'/'))
        text.chop(1);
    return text;
}

QString Source::host() const {
    const QUrl url(address());
    const QString host = url.host().toLower();
    return url.port() < 0 ? host : host + u':' + QString::number(url.port());
}

bool isUsable(const Source& source) {
    const QUrl url(source.address(), QUrl::StrictMode);
    const bool isHttp =
        url.scheme() == QLatin1String("https") || url.scheme() == QLatin1String("http");
    return url.isValid() && isHttp && !url.host().isEmpty() && url.userInfo().isEmpty() &&
           !url.hasQuery() && !url.hasFragment();
}

}  // namespace dsm
