#include "engine/train/gpu_fit.h"

#include "engine/model/device/device_plan.h"
#include "engine/model/pass/memory_fit.h"
#include "engine/train/estimate.h"

namespace dsm {
namespace {

// The same micro-batch of fewer samples.
BatchShape ofSamples(const BatchShape& largest, std::int64_t samples) {
    const auto part = [&](std::int64_t all) {
        return (all * samples + largest.samples - 1) / largest.samples;
    };
    return {.tokens = part(largest.tokens), .labels = part(largest.labels), .samples = samples};
}

std::string inParts(const TrainMemory& m) {
    return inWords(m.weightBytes) + " for weights, " +
           inWords(m.trainedBytes + m.gradientBytes + m.optimizerBytes) +
           " for what learns with gradients and moments, " + inWords(m.activationBytes) +
           " for activations, " + inWords(m.lossBytes + m.scratchBytes) + " to compute in";
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
    std::string message = "Training needs " + inWords(whole.totalBytes()) + " of GPU memory (" +
                          inParts(whole) + "). " + memory.name + " has " +
                          inWords(memory.totalBytes) + ", " + inWords(memory.freeBytes) +
                          " of it free, and " + inWords(reserve) + " are kept in reserve. ";
    TrainOptions frugal = options;
    frugal.checkpointing = true;
    std::int64_t samples = largest.samples;
    while (samples > 0 && !fits(frugal, samples))
        --samples;
    if (samples == 0) {
        message +=
            "Choose fewer targets or a smaller rank, shorter samples, a model in fewer bits, "
            "or train on the CPU (--backend cpu).";
    } else {
        message += "With batch_size " + std::to_string(samples);
        if (!options.checkpointing) message += " and activations that are computed again";
        message += " it fits; a larger accumulation keeps what a step learns from.";
    }
    return failure(ErrorCode::OutOfMemory, message);
}

}  // namespace dsm
