#include "engine/model/pass/memory_plan.h"

#include <algorithm>

#include "engine/model/pass/kv_cache.h"
#include "engine/model/pass/workspace.h"

namespace dsm {
namespace {

constexpr std::int64_t kDefaultContextLimit = 4096;

}  // namespace

std::int64_t positionsToReserve(const ModelConfig& config, std::int64_t asked) {
    return std::min(config.maxPositions, asked > 0 ? asked : kDefaultContextLimit);
}

MemoryPlan planMemory(const ModelConfig& config, std::uint64_t weightBytes,
                      std::int64_t contextLimit, KvType kv, std::int64_t microBatchTokens) {
    return {.weightBytes = weightBytes,
            .cacheBytes = KvCache::plannedBytes(config, contextLimit, kv),
            .workspaceBytes = Workspace::plannedBytes(config, microBatchTokens, contextLimit)};
}

}  // namespace dsm
