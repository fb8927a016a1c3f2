#include "app/services/downloads/repository_api.h"

#include "app/services/downloads/hub_api.h"
#include "app/services/downloads/modelscope_api.h"

namespace dsm {

QString Source::address() const {
    QString text = endpoint;
    if (text.isEmpty() && kind == Kind::HuggingFace) text = qEnvironmentVariable("HF_ENDPOINT");
    if (text.isEmpty()) {
        text = kind == Kind::HuggingFace ? QStringLiteral("https://huggingface.co")
                                         : QStringLiteral("https://modelscope.cn");
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

std::unique_ptr<RepositoryApi> RepositoryApi::make(const Source& source, HttpClient& http) {
    const QUrl endpoint(source.address());
    if (source.kind == Source::Kind::ModelScope)
        return std::make_unique<ModelScopeApi>(endpoint, http);
    return std::make_unique<HubApi>(endpoint, http);
}

}  // namespace dsm
