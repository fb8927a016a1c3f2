#include "engine/model/memory_plan.h"

#include "engine/model/kv_cache.h"
#include "engine/model/workspace.h"

namespace dsm {

MemoryPlan planMemory(const ModelConfig& config, std::uint64_t weightBytes,
                      std::int64_t contextLimit, KvType kv, std::int64_t microBatchTokens) {
    return {.weightBytes = weightBytes,
            .cacheBytes = KvCache::plannedBytes(config, contextLimit, kv),
            .workspaceBytes = Workspace::plannedBytes(config, microBatchTokens, contextLimit)};
}

}  // namespace dsm
