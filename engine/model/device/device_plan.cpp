#include "engine/model/device/device_plan.h"

#include <algorithm>
#include <numeric>

#include "engine/model/checkpoint/stored_tensor.h"
#include "engine/model/checkpoint/tensor_table.h"
#include "engine/model/device/decode_graphs.h"
#include "engine/model/pass/kv_cache.h"
#include "engine/model/pass/memory_fit.h"
#include "engine/model/pass/memory_plan.h"
#include "engine/model/pass/token_work.h"
#include "engine/model/pass/workspace.h"
#include "kernels/base/bytes_in_words.h"
#include "kernels/base/op_context.h"
#include "kernels/base/reason.h"
#include "kernels/cuda_ops.h"
#include "kernels/ops/sample.h"

namespace dsm {
namespace {

constexpr std::uint64_t kLeastReserve = 256'000'000;
constexpr std::uint64_t kReserveDivisor = 32;
constexpr std::int64_t kMicroBatches[] = {2048, 512};

// Of one weight. The scales of NF4 lie apart: plain, or codes and tables (device_weights.cpp).
std::uint64_t deviceBytes(const TensorSpec& spec, DType type, bool nestedScales) {
    if (type != DType::NF4) return onDeviceBoundary(weightBytes(spec, type, false));
    const std::int64_t count = spec.rows * spec.cols;
    const auto blocks = static_cast<std::uint64_t>(nf4Blocks(count));
    const std::uint64_t levels = onDeviceBoundary(static_cast<std::uint64_t>(count + 1) / 2);
    if (!nestedScales) return levels + onDeviceBoundary(blocks * sizeof(float));
    const auto tables = 257 + static_cast<std::uint64_t>(nf4NestedBlocks(count));
    return levels + onDeviceBoundary(blocks) + onDeviceBoundary(tables * sizeof(float));
}

// bytesOf(spec) is what a weight takes on the device.
template <class BytesOf>
Result<DeviceWeightSizes> sizesOf(const ModelConfig& config, const BytesOf& bytesOf) {
    DeviceWeightSizes sizes;
    std::vector<std::uint64_t> byLayer(static_cast<std::size_t>(config.layers));
    for (const TensorSpec& spec : tensorTable(config)) {
        const Result<std::uint64_t> bytes = bytesOf(spec);
        if (!bytes) return tl::unexpected(bytes.error());
        const bool routed = spec.expert >= 0;
        (routed ? byLayer[static_cast<std::size_t>(spec.layer)] : sizes.fixedBytes) += *bytes;
    }
    for (std::int64_t layer = 0; layer < config.layers; ++layer) {
        if (config.isMoeLayer(layer))
            sizes.expertBytes.push_back(byLayer[static_cast<std::size_t>(layer)]);
    }
    return sizes;
}

// What N layers' experts and all else take.
DevicePlan planOf(const ModelConfig& config, const DeviceWeightSizes& sizes, const DeviceWish& wish,
                  std::int64_t expertLayers, std::int64_t microBatchTokens) {
    const auto split = sizes.expertBytes.begin() + expertLayers;
    const std::int64_t scratch = wish.scratchBytes ? wish.scratchBytes(microBatchTokens) : 0;
    return {.moeLayers = static_cast<std::int64_t>(sizes.expertBytes.size()),
            .expertLayers = expertLayers,
            .microBatchTokens = microBatchTokens,
            .weightBytes = std::accumulate(sizes.expertBytes.begin(), split, sizes.fixedBytes),
            .cacheBytes = KvCache::plannedBytes(config, wish.positions, wish.kv),
            .workspaceBytes =
                Workspace::plannedBytes(config, microBatchTokens, wish.positions, scratch) +
                devicePassBytes(config, wish.positions, microBatchTokens) +
                2 * DecodeGraphs::plannedBytes(config.layers, wish.positions),
            .hostWeightBytes = std::accumulate(split, sizes.expertBytes.end(), std::uint64_t{0}),
            .scratchBytes = scratch};
}

// What it needs of the GPU's memory: the arguments of LayersNeedGpuMemory behind the layers.
std::vector<std::string> needs(const DevicePlan& plan, std::int64_t positions) {
    return {bytesInWords(plan.totalBytes()), bytesInWords(plan.weightBytes),
            bytesInWords(plan.cacheBytes), std::to_string(positions),
            bytesInWords(plan.workspaceBytes)};
}

tl::unexpected<Error> refusal(const DevicePlan& plan, const DeviceWish& wish,
                              const DeviceMemory& memory, std::optional<std::int64_t> mostLayers) {
    std::vector<std::string> arguments = needs(plan, wish.positions);
    if (wish.expertLayers) arguments.insert(arguments.begin(), std::to_string(plan.expertLayers));
    Reason reason(
        wish.expertLayers ? ReasonCode::LayersNeedGpuMemory : ReasonCode::ModelNeedsGpuMemory,
        std::move(arguments));
    reason.add(ReasonCode::GpuHasMemory,
               {memory.name, bytesInWords(memory.totalBytes), bytesInWords(memory.freeBytes),
                bytesInWords(deviceReserve(memory))});
    if (mostLayers)
        reason.add(ReasonCode::AskForFewerLayers, {std::to_string(*mostLayers)});
    else
        reason.add(ReasonCode::ChooseSmallerForGpu);
    return failure(ErrorCode::OutOfMemory, reason);
}

}  // namespace

std::uint64_t deviceBytes(const Weight& weight) {
    return deviceBytes(
        {.name = {}, .kind = TensorKind::Head, .rows = weight.rows, .cols = weight.cols},
        weight.type, weight.type == DType::NF4 && weight.nf4->absmax == nullptr);
}

std::uint64_t devicePassBytes(const ModelConfig& config, std::int64_t positions,
                              std::int64_t microBatchTokens) {
    std::uint64_t bytes = 0;
    for (const std::int64_t numbers : {positions * config.headSize, kLogitsRows * config.vocabSize,
                                       microBatchTokens, config.vocabSize, kDeviceCounters}) {
        bytes += onDeviceBoundary(static_cast<std::uint64_t>(numbers) * 4);
    }
    return bytes + onDeviceBoundary(sizeof(SampleState)) + onDeviceBoundary(sizeof(SampleSettings));
}

DeviceWeightSizes deviceSizes(const ModelConfig& config, Preset preset) {
    return *sizesOf(config, [&](const TensorSpec& spec) -> Result<std::uint64_t> {
        return deviceBytes(spec, storedType(spec.kind, preset), hasNestedScales(preset));
    });
}

Result<DeviceWeightSizes> deviceSizes(const ModelConfig& config, const Checkpoint& checkpoint) {
    return sizesOf(config, [&](const TensorSpec& spec) -> Result<std::uint64_t> {
        const auto stored = findStored(checkpoint, spec);
        if (!stored) return tl::unexpected(stored.error());
        // As weights.cpp widens it.
        const DType type = stored->type == DType::F16 ? DType::F32 : stored->type;
        return deviceBytes(spec, type, type == DType::NF4 && stored->absmax.empty());
    });
}

std::int64_t firstHostLayer(const ModelConfig& config, const DevicePlan& plan) {
    std::int64_t left = plan.expertLayers;
    for (std::int64_t layer = 0; layer < config.layers; ++layer) {
        if (config.isMoeLayer(layer) && left-- == 0) return layer;
    }
    return config.layers;
}

std::int64_t deviceScratchBytes(const ModelConfig& config, std::int64_t tokens) {
    return cudaScratchBytes({.tokens = tokens,
                             .hiddenSize = config.hiddenSize,
                             .headSize = config.headSize,
                             .queryWidth = config.heads * config.headSize,
                             .activeExperts = config.expertsPerToken,
                             .expertWidth = config.expertWidth,
                             .sharedWidth = std::max(config.denseWidth, config.sharedWidth())});
}

DeviceWeightSizes deviceSizes(const Weights& weights) {
    DeviceWeightSizes sizes;
    for (const Weight* weight : everyWeight(weights))
        sizes.fixedBytes += deviceBytes(*weight);
    for (const LayerWeights& layer : weights.layers()) {
        if (!layer.isMoe()) continue;
        std::uint64_t bytes = 0;
        for (const auto* experts : {&layer.expertGate, &layer.expertUp, &layer.expertDown}) {
            for (const Weight& weight : *experts)
                bytes += deviceBytes(weight);
        }
        sizes.expertBytes.push_back(bytes);
        sizes.fixedBytes -= bytes;
    }
    return sizes;
}

std::uint64_t deviceReserve(const DeviceMemory& memory) {
    return std::max(kLeastReserve, memory.totalBytes / kReserveDivisor);
}

Result<DevicePlan> planDevice(const ModelConfig& config, const DeviceWeightSizes& sizes,
                              const DeviceWish& wish, const DeviceMemory& memory) {
    const std::uint64_t reserve = deviceReserve(memory);
    const std::uint64_t usable = memory.freeBytes > reserve ? memory.freeBytes - reserve : 0;
    const auto moeLayers = static_cast<std::int64_t>(sizes.expertBytes.size());
    const std::int64_t asked =
        std::clamp<std::int64_t>(wish.expertLayers.value_or(moeLayers), 0, moeLayers);
    std::vector<std::int64_t> batches(std::begin(kMicroBatches), std::end(kMicroBatches));
    if (wish.microBatchTokens > 0) batches = {wish.microBatchTokens};
    std::optional<DevicePlan> best;
    for (const std::int64_t tokens : batches) {
        for (std::int64_t layers = asked; layers >= 0; --layers) {
            const DevicePlan plan =
                planOf(config, sizes, wish, layers, std::min(tokens, wish.positions));
            if (plan.totalBytes() > usable) continue;
            if (!best || plan.expertLayers > best->expertLayers) best = plan;
            break;
        }
    }
    if (best && (!wish.expertLayers || best->expertLayers == asked)) return *best;
    const std::int64_t refused = wish.expertLayers ? asked : 0;
    const DevicePlan plan =
        planOf(config, sizes, wish, refused, std::min(batches.back(), wish.positions));
    std::optional<std::int64_t> most;
    if (best) most = best->expertLayers;
    return refusal(plan, wish, memory, most);
}

}  // namespace dsm
