// Device plan: which part of a model lies on a GPU, and what that takes of its memory.
//
//   always  norms, attention, routers, shared experts, dense layers, embedding, head, the context's
//           cache, the workspace, the lines of rope.h, the logits, and the recorded passes
//   experts the routed experts of the first N MoE layers; those of the others stay in the memory of
//           the computer, and its processor computes them
//   N       as many as fit:  always + experts <= free - reserve,  or as asked for
//   reserve max(256 MB, total / 32): the driver's own needs, and the screen's
//
// Prompts are read in passes of 2048 tokens; of 512 where that lets more layers fit.
//
// Errors  planDevice(): OutOfMemory with numbers and remedies, where not even N = 0 fits, or not as
//         many as were asked for.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/format/checkpoint.h"
#include "engine/model/checkpoint/config.h"
#include "engine/model/checkpoint/preset.h"
#include "engine/model/pass/weights.h"
#include "kernels/base/kv_panels.h"
#include "kernels/base/result.h"

namespace dsm {

// On a device every tensor begins on such a boundary.
inline constexpr std::uint64_t kDeviceBoundary = 256;

constexpr std::uint64_t onDeviceBoundary(std::uint64_t bytes) {
    return (bytes + kDeviceBoundary - 1) / kDeviceBoundary * kDeviceBoundary;
}

// What one weight takes on a device. The scales of NF4 lie apart, plain or nested as they are
// stored.
std::uint64_t deviceBytes(const Weight& weight);

// What the weights of a model take on a device.
struct DeviceWeightSizes {
    std::uint64_t fixedBytes = 0;            // all but the routed experts
    std::vector<std::uint64_t> expertBytes;  // [MoE layers] the routed experts of each
};
DeviceWeightSizes deviceSizes(const ModelConfig& config, Preset preset);
// As it would be loaded.
Result<DeviceWeightSizes> deviceSizes(const ModelConfig& config, const Checkpoint& checkpoint);
DeviceWeightSizes deviceSizes(const Weights& weights);

// What a pass needs besides cache and workspace: the lines of rope.h, logits, ids, the counters of
// operations, and what tokens are chosen by (gpu_sampler.h), each on a boundary.
std::uint64_t devicePassBytes(const ModelConfig& config, std::int64_t positions,
                              std::int64_t microBatchTokens);

struct DeviceMemory {
    std::string name;  // of the GPU, for messages
    std::uint64_t totalBytes = 0;
    std::uint64_t freeBytes = 0;
};
std::uint64_t deviceReserve(const DeviceMemory& memory);

struct DeviceWish {
    std::int64_t positions = 0;  // of context
    KvType kv = KvType::BF16;
    std::optional<std::int64_t> expertLayers = std::nullopt;  // none: as many as fit
    std::int64_t microBatchTokens = 0;                        // 0: chosen
    // What the device's operations want for passes of so many tokens; none: what others do.
    std::function<std::int64_t(std::int64_t tokens)> scratchBytes = {};
};

struct DevicePlan {
    std::int64_t moeLayers = 0;
    std::int64_t expertLayers = 0;  // N
    std::int64_t microBatchTokens = 0;
    std::uint64_t weightBytes = 0;
    std::uint64_t cacheBytes = 0;
    std::uint64_t workspaceBytes = 0;   // with all else
    std::uint64_t hostWeightBytes = 0;  // of the routed experts that stay
    std::int64_t scratchBytes = 0;      // at least, of the workspace

    std::uint64_t totalBytes() const { return weightBytes + cacheBytes + workspaceBytes; }
    bool holdsEverything() const { return expertLayers == moeLayers; }
};

// The first layer whose routed experts stay; that behind the last where none do.
std::int64_t firstHostLayer(const ModelConfig& config, const DevicePlan& plan);

// What this build's operations want.
std::int64_t deviceScratchBytes(const ModelConfig& config, std::int64_t tokens);

Result<DevicePlan> planDevice(const ModelConfig& config, const DeviceWeightSizes& sizes,
                              const DeviceWish& wish, const DeviceMemory& memory);

}  // namespace dsm
