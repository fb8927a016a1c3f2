// Memory plan: what a model needs in memory, part by part; the numbers a user sees are the ones
// the loader allocates.
#pragma once

#include <cstdint>

#include "engine/model/checkpoint/config.h"
#include "kernels/base/kv_panels.h"

namespace dsm {

struct MemoryPlan {
    std::uint64_t weightBytes = 0;
    std::uint64_t cacheBytes = 0;
    std::uint64_t workspaceBytes = 0;
    std::uint64_t adapterBytes = 0;  // of the one in use

    std::uint64_t totalBytes() const {
        return weightBytes + cacheBytes + workspaceBytes + adapterBytes;
    }
};

// Tokens of a prompt that go through the model in one pass.
inline constexpr std::int64_t kMicroBatchTokens = 512;

// Rows of logits that are computed at once where those of many tokens are wanted: bounds the memory
// for a large vocabulary.
inline constexpr std::int64_t kLogitsRows = 16;

// Positions of context that a load reserves: as many as asked for and the model can have; 0 asks
// for its own, at most 4096.
std::int64_t positionsToReserve(const ModelConfig& config, std::int64_t asked);

// `weightBytes` as the checkpoint stores them.
MemoryPlan planMemory(const ModelConfig& config, std::uint64_t weightBytes,
                      std::int64_t contextLimit, KvType kv,
                      std::int64_t microBatchTokens = kMicroBatchTokens);

}  // namespace dsm
