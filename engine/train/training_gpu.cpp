#include "engine/train/training_gpu.h"

#include "engine/model/device/device_plan.h"
#include "engine/model/device/device_weights.h"
#include "engine/model/pass/memory_fit.h"
#include "engine/train/estimate.h"

namespace dsm {
namespace {

DevicePlan planOfWeights(const Weights& weights) {
    const DeviceWeightSizes sizes = deviceSizes(weights);
    DevicePlan plan{.moeLayers = static_cast<std::int64_t>(sizes.expertBytes.size()),
                    .expertLayers = static_cast<std::int64_t>(sizes.expertBytes.size()),
                    .weightBytes = sizes.fixedBytes};
    for (const std::uint64_t layer : sizes.expertBytes)
        plan.weightBytes += layer;
    return plan;
}

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

Result<std::unique_ptr<TrainingGpu>> TrainingGpu::open(int gpu, int threads) {
    // Not make_unique: the constructor is private.
    std::unique_ptr<TrainingGpu> training(new TrainingGpu(threads));
    auto session = openGpu(gpu);
    if (!session) return tl::unexpected(session.error());
    training->session_ = std::move(*session);
    const auto free = training->session_->freeBytes();
    if (!free) return tl::unexpected(free.error());
    training->freeBytes_ = *free;
    auto memory = GpuWorkMemory::make(*training->session_, training->pool_);
    if (!memory) return tl::unexpected(memory.error());
    training->memory_ = std::move(*memory);
    return training;
}

Result<void> TrainingGpu::place(Weights weights, const ProgressSink& progress,
                                const std::stop_token& stop) {
    weights_.emplace(std::move(weights));
    session_->use();
    return placeOnDevice(*weights_, planOfWeights(*weights_), *session_, memory_->transfer(),
                         progress, stop);
}

std::uint64_t trainingWeightBytes(const Weights& weights) {
    return planOfWeights(weights).weightBytes;
}

Result<void> planTraining(const TrainingGpu& gpu, const ModelConfig& config, const Weights& weights,
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
