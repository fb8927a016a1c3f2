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

Result<void> checkGpuFit(const TrainingGpu& gpu, const ModelConfig& config, const Weights& weights,
                         const TrainOptions& options, const BatchShape& largest) {
    const CudaDevice& device = gpu.device();
    const DeviceMemory memory{
        .name = "GPU " + std::to_string(device.index) + " (" + device.name + ")",
        .totalBytes = device.totalBytes,
        .freeBytes = gpu.freeBytes()};
    const std::uint64_t reserve = deviceReserve(memory) + GpuWorkMemory::kOwnBytes;
    const auto needed = [&](const TrainOptions& some, std::int64_t samples) {
        return estimateMemory(config, trainingWeightBytes(weights), some,
                              ofSamples(largest, samples), Backend::Cuda);
    };
    const auto fits = [&](const TrainOptions& some, std::int64_t samples) {
        return needed(some, samples).totalBytes() + reserve <= memory.freeBytes;
    };
    if (largest.samples == 0 || fits(options, largest.samples)) return {};
    const TrainMemory whole = needed(options, largest.samples);
    Reason reason = inParts(whole);
    reason.add(ReasonCode::GpuHasMemory, {memory.name, bytesInWords(memory.totalBytes),
                                          bytesInWords(memory.freeBytes), bytesInWords(reserve)});
    TrainOptions frugal = options;
    frugal.checkpointing = true;
    std::int64_t samples = largest.samples;
    while (samples > 0 && !fits(frugal, samples))
        --samples;
    if (samples == 0) {
        reason.add(ReasonCode::ChooseLessForGpu);
    } else {
        reason.add(options.checkpointing ? ReasonCode::FitsWithBatch
                                         : ReasonCode::FitsWithBatchAndCheckpointing,
                   {std::to_string(samples)});
    }
    return failure(ErrorCode::OutOfMemory, reason);
}

}  // namespace dsm
