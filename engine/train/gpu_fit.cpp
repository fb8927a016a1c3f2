#include "engine/train/gpu_fit.h"

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

Reason inParts(const TrainMemory& m) {
    return {ReasonCode::TrainingNeedsGpuMemory,
            {bytesInWords(m.totalBytes()), bytesInWords(m.weightBytes),
             bytesInWords(m.trainedBytes + m.gradientBytes + m.optimizerBytes),
             bytesInWords(m.activationBytes), bytesInWords(m.lossBytes + m.scratchBytes)}};
}

std::uint64_t pinnedBytesOf(const ModelConfig& config, const TrainOptions& options) {
    return estimateMemory(config, 0, options, {.tokens = 1, .labels = 1, .samples = 1},
                          Backend::Cuda)
        .pinnedBytes;
}

}  // namespace

std::uint64_t gpuReserve(const DeviceMemory& memory) {
    return deviceReserve(memory) + GpuWorkMemory::kOwnBytes;
}

DeviceMemory deviceMemory(const CudaDevice& device, std::uint64_t freeBytes) {
    return {.name = gpuName(device), .totalBytes = device.totalBytes, .freeBytes = freeBytes};
}

std::int64_t mostSamples(const DeviceMemory& memory, const ModelConfig& config,
                         std::uint64_t weightBytes, const TrainOptions& options,
                         const BatchShape& like, std::int64_t most) {
    const auto fits = [&](std::int64_t samples) {
        const TrainMemory needed =
            estimateMemory(config, weightBytes, options, ofSamples(like, samples), Backend::Cuda);
        return needed.totalBytes() + gpuReserve(memory) <= memory.freeBytes;
    };
    std::int64_t fitting = 0;
    std::int64_t beyond = most + 1;
    while (fitting + 1 < beyond) {
        const std::int64_t middle = fitting + (beyond - fitting) / 2;
        (fits(middle) ? fitting : beyond) = middle;
    }
    return fitting;
}

Result<GpuFit> checkGpuFit(const DeviceMemory& memory, const ModelConfig& config,
                           std::uint64_t weightBytes, const TrainOptions& options,
                           const BatchShape& largest, std::uint64_t pinnableBytes) {
    const auto samplesOf = [&](const TrainOptions& some) {
        return mostSamples(memory, config, weightBytes, some, largest, largest.samples);
    };
    // With the moments on the GPU, or else on the host, where there is room for them.
    const auto mostOf = [&](TrainOptions some) {
        const std::int64_t samples = samplesOf(some);
        if (samples > 0) return samples;
        some.momentsOnHost = true;
        return pinnedBytesOf(config, some) <= pinnableBytes ? samplesOf(some) : 0;
    };
    if (samplesOf(options) == largest.samples) return GpuFit{};
    TrainOptions aside = options;
    aside.momentsOnHost = true;
    if (pinnedBytesOf(config, aside) <= pinnableBytes && samplesOf(aside) == largest.samples)
        return GpuFit{.momentsOnHost = true};
    Reason reason = inParts(estimateMemory(config, weightBytes, options, largest, Backend::Cuda));
    reason.add(ReasonCode::GpuHasMemory,
               {memory.name, bytesInWords(memory.totalBytes), bytesInWords(memory.freeBytes),
                bytesInWords(gpuReserve(memory))});
    TrainOptions frugal = options;
    frugal.checkpointing = true;
    TrainOptions packed = frugal;
    packed.optimizer = OptimizerKind::AdamW8;
    if (const std::int64_t samples = mostOf(frugal); samples > 0) {
        reason.add(options.checkpointing ? ReasonCode::FitsWithBatch
                                         : ReasonCode::FitsWithBatchAndCheckpointing,
                   {std::to_string(samples)});
    } else if (const std::int64_t less = mostOf(packed); less > 0) {
        reason.add(ReasonCode::FitsWithPackedMoments, {std::to_string(less)});
    } else {
        reason.add(ReasonCode::ChooseLessForGpu);
    }
    return failure(ErrorCode::OutOfMemory, reason);
}

Result<GpuFit> checkGpuFit(const TrainingGpu& gpu, const ModelConfig& config,
                           const Weights& weights, const TrainOptions& options,
                           const BatchShape& largest) {
    return checkGpuFit(deviceMemory(gpu.device(), gpu.freeBytes()), config,
                       trainingWeightBytes(weights), options, largest,
                       readMachineMemory().availableBytes / 2);
}

}  // namespace dsm
