#include "engine/train/gpu_fit.h"

#include <functional>
#include <optional>

#include "engine/model/device/device_plan.h"
#include "engine/model/pass/memory_fit.h"
#include "engine/train/estimate.h"
#include "kernels/base/bytes_in_words.h"
#include "kernels/base/machine_memory.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

// The same micro-batch of fewer samples.
BatchShape ofSamples(const BatchShape& largest, std::int64_t samples) {
    const auto part = [&](std::int64_t all) {
        return (all * samples + largest.samples - 1) / largest.samples;
    };
    return {.tokens = part(largest.tokens), .labels = part(largest.labels), .samples = samples};
}

// The largest number up to `most` that fits, where all smaller ones do; 0: not even 1.
std::int64_t mostWhere(const std::function<bool(std::int64_t)>& fits, std::int64_t most) {
    std::int64_t fitting = 0;
    std::int64_t beyond = most + 1;
    while (fitting + 1 < beyond) {
        const std::int64_t middle = fitting + (beyond - fitting) / 2;
        (fits(middle) ? fitting : beyond) = middle;
    }
    return fitting;
}

Reason inParts(const TrainMemory& m) {
    return {ReasonCode::TrainingNeedsGpuMemory,
            {bytesInWords(m.totalBytes()), bytesInWords(m.weightBytes),
             bytesInWords(m.trainedBytes + m.gradientBytes + m.optimizerBytes),
             bytesInWords(m.activationBytes), bytesInWords(m.lossBytes + m.scratchBytes)}};
}

// Both memories that a run lives in.
struct Room {
    const DeviceMemory& memory;
    const ModelConfig& config;
    const DeviceWeightSizes& weights;
    std::uint64_t computerBytes;

    bool gpuHolds(const TrainMemory& needed) const {
        return needed.totalBytes() + gpuReserve(memory) <= memory.freeBytes;
    }
    bool computerHolds(const TrainMemory& needed) const {
        return needed.pinnedBytes <= computerBytes / 2 && needed.besideBytes() <= computerBytes;
    }
    bool holds(const TrainOptions& options, const BatchShape& largest) const {
        const TrainMemory needed = memoryOnGpu(config, weights, options, largest);
        return gpuHolds(needed) && computerHolds(needed);
    }
    std::int64_t moeLayers() const { return static_cast<std::int64_t>(weights.expertBytes.size()); }
    // With as few layers on the host as the GPU asks for.
    std::optional<GpuFit> placed(TrainOptions options, const BatchShape& largest,
                                 bool momentsOnHost) const {
        GpuFit fit{.momentsOnHost = momentsOnHost};
        const auto isTooMuch = [&](std::int64_t layers) {
            fit.hostLayers = layers;
            fit.applyTo(options);
            return !gpuHolds(memoryOnGpu(config, weights, options, largest));
        };
        const std::int64_t least = options.leastHostLayers;
        if (isTooMuch(least)) {
            if (!options.expertsMayStay || least == moeLayers() || isTooMuch(moeLayers()))
                return std::nullopt;
            const auto isMoreTooMuch = [&](std::int64_t more) { return isTooMuch(least + more); };
            fit.hostLayers = least + mostWhere(isMoreTooMuch, moeLayers() - least - 1) + 1;
        }
        fit.applyTo(options);
        if (!computerHolds(memoryOnGpu(config, weights, options, largest))) return std::nullopt;
        return fit;
    }
    // What the optimizer keeps goes before layers do.
    std::optional<GpuFit> placed(const TrainOptions& options, const BatchShape& largest) const {
        const auto beside = placed(options, largest, false);
        if (beside && beside->hostLayers == options.leastHostLayers) return beside;
        const auto aside = placed(options, largest, true);
        return beside && (!aside || beside->hostLayers <= aside->hostLayers) ? beside : aside;
    }
    // Samples that fit, at most.
    std::int64_t mostOf(const TrainOptions& options, const BatchShape& largest) const {
        return mostWhere(
            [&](std::int64_t samples) {
                return placed(options, ofSamples(largest, samples)).has_value();
            },
            largest.samples);
    }
};

// What would fit, as a user may set it.
void addRemedy(Reason& reason, const Room& room, const TrainOptions& options,
               const BatchShape& largest) {
    TrainOptions frugal = options;
    frugal.checkpointing = true;
    TrainOptions packed = frugal;
    packed.optimizer = OptimizerKind::AdamW8;
    TrainOptions shared = frugal;
    shared.expertsMayStay = true;
    if (const std::int64_t samples = room.mostOf(frugal, largest); samples > 0) {
        reason.add(options.checkpointing ? ReasonCode::FitsWithBatch
                                         : ReasonCode::FitsWithBatchAndCheckpointing,
                   {std::to_string(samples)});
    } else if (const std::int64_t less = room.mostOf(packed, largest); less > 0) {
        reason.add(ReasonCode::FitsWithPackedMoments, {std::to_string(less)});
    } else if (const auto fit = room.placed(shared, largest)) {
        reason.add(ReasonCode::FitsWithLayersOnCpu,
                   {std::to_string(fit->hostLayers), std::to_string(room.moeLayers())});
    } else {
        reason.add(ReasonCode::ChooseLessForGpu);
    }
}

}  // namespace

std::uint64_t gpuReserve(const DeviceMemory& memory) {
    return deviceReserve(memory) + GpuWorkMemory::kOwnBytes;
}

DeviceMemory deviceMemory(const CudaDevice& device, std::uint64_t freeBytes) {
    return {.name = gpuName(device), .totalBytes = device.totalBytes, .freeBytes = freeBytes};
}

TrainMemory memoryOnGpu(const ModelConfig& config, const DeviceWeightSizes& weights,
                        const TrainOptions& options, const BatchShape& largest) {
    const DevicePlan placed = trainingPlan(weights, options.hostLayers);
    TrainMemory memory =
        estimateMemory(config, placed.weightBytes, options, largest, Backend::Cuda);
    memory.hostWeightBytes = placed.hostWeightBytes;
    return memory;
}

std::int64_t mostSamples(const DeviceMemory& memory, const ModelConfig& config,
                         const DeviceWeightSizes& weights, const TrainOptions& options,
                         const BatchShape& like, std::int64_t most, std::uint64_t computerBytes) {
    const Room room{memory, config, weights, computerBytes};
    return mostWhere(
        [&](std::int64_t samples) { return room.holds(options, ofSamples(like, samples)); }, most);
}

Result<GpuFit> checkGpuFit(const DeviceMemory& memory, const ModelConfig& config,
                           const DeviceWeightSizes& weights, const TrainOptions& options,
                           const BatchShape& largest, std::uint64_t computerBytes) {
    const Room room{memory, config, weights, computerBytes};
    if (const auto fit = room.placed(options, largest)) return *fit;
    Reason reason = inParts(memoryOnGpu(config, weights, options, largest));
    reason.add(ReasonCode::GpuHasMemory,
               {memory.name, bytesInWords(memory.totalBytes), bytesInWords(memory.freeBytes),
                bytesInWords(gpuReserve(memory))});
    addRemedy(reason, room, options, largest);
    return failure(ErrorCode::OutOfMemory, reason);
}

Result<GpuFit> checkGpuFit(const TrainingGpu& gpu, const ModelConfig& config,
                           const Weights& weights, const TrainOptions& options,
                           const BatchShape& largest) {
    return checkGpuFit(deviceMemory(gpu.device(), gpu.freeBytes()), config, deviceSizes(weights),
                       options, largest, readMachineMemory().availableBytes);
}

}  // namespace dsm
