#include "app/services/downloads/source/source_api.h"

#include "app/services/downloads/source/hub_api.h"
#include "app/services/downloads/source/modelscope_api.h"

namespace dsm {

std::unique_ptr<RepositoryApi> apiOf(const Source& source, HttpClient& http) {
    const QUrl endpoint(source.address());
    if (source.kind == Source::Kind::ModelScope)
        return std::make_unique<ModelScopeApi>(endpoint, http);
    return std::make_unique<HubApi>(endpoint, http);
}

}  // namespace dsm
