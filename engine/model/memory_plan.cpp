#include "engine/model/memory_plan.h"

#include "engine/model/kv_cache.h"
#include "engine/model/workspace.h"

namespace dsm {

MemoryPlan planMemory(const ModelConfig& config, std::uint64_t weightBytes,
                      std::int64_t contextLimit) {
    return {.weightBytes = weightBytes,
            .cacheBytes = KvCache::plannedBytes(config, contextLimit),
            .workspaceBytes = Workspace::plannedBytes(config, kMicroBatchTokens, contextLimit)};
}

}  // namespace dsm
