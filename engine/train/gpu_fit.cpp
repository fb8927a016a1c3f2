#include "engine/train/gpu_fit.h"

#include "engine/model/device/device_plan.h"
#include "engine/model/pass/memory_fit.h"
#include "engine/train/estimate.h"
#include "kernels/base/bytes_in_words.h"
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

}  // namespace

std::uint64_t gpuReserve(const DeviceMemory& memory) {
    return deviceReserve(memory) + GpuWorkMemory::kOwnBytes;
}

DeviceMemory deviceMemory(const CudaDevice& device, std::uint64_t freeBytes) {
    return {.name = "GPU " + std::to_string(device.index) + " (" + device.name + ")",
            .totalBytes = device.totalBytes,
            .freeBytes = freeBytes};
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

Result<void> checkGpuFit(const DeviceMemory& memory, const ModelConfig& config,
                         std::uint64_t weightBytes, const TrainOptions& options,
                         const BatchShape& largest) {
    const auto samplesOf = [&](const TrainOptions& some) {
        return mostSamples(memory, config, weightBytes, some, largest, largest.samples);
    };
    if (samplesOf(options) == largest.samples) return {};
    Reason reason = inParts(estimateMemory(config, weightBytes, options, largest, Backend::Cuda));
    reason.add(ReasonCode::GpuHasMemory,
               {memory.name, bytesInWords(memory.totalBytes), bytesInWords(memory.freeBytes),
                bytesInWords(gpuReserve(memory))});
    TrainOptions frugal = options;
    frugal.checkpointing = true;
    TrainOptions packed = frugal;
    packed.optimizer = OptimizerKind::AdamW8;
    if (const std::int64_t samples = samplesOf(frugal); samples > 0) {
        reason.add(options.checkpointing ? ReasonCode::FitsWithBatch
                                         : ReasonCode::FitsWithBatchAndCheckpointing,
                   {std::to_string(samples)});
    } else if (const std::int64_t less = samplesOf(packed); less > 0) {
        reason.add(ReasonCode::FitsWithPackedMoments, {std::to_string(less)});
    } else {
        reason.add(ReasonCode::ChooseLessForGpu);
    }
    return failure(ErrorCode::OutOfMemory, reason);
}

Result<void> checkGpuFit(const TrainingGpu& gpu, const ModelConfig& config, const Weights& weights,
                         const TrainOptions& options, const BatchShape& largest) {
    return checkGpuFit(deviceMemory(gpu.device(), gpu.freeBytes()), config,
                       trainingWeightBytes(weights), options, largest);
}

}  // namespace dsm
