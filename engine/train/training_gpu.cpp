#include "engine/train/training_gpu.h"

#include "engine/model/device/device_plan.h"
#include "engine/model/device/device_weights.h"

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

}  // namespace dsm
