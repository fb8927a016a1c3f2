#include "engine/train/training_gpu.h"

#include "engine/model/device/device_weights.h"
#include "kernels/base/check.h"

namespace dsm {
DevicePlan trainingPlan(const DeviceWeightSizes& sizes, std::int64_t hostLayers) {
    const auto moeLayers = static_cast<std::int64_t>(sizes.expertBytes.size());
    DSM_CHECK(hostLayers >= 0 && hostLayers <= moeLayers);
    DevicePlan plan{.moeLayers = moeLayers,
                    .expertLayers = moeLayers - hostLayers,
                    .weightBytes = sizes.fixedBytes};
    for (std::int64_t layer = 0; layer < moeLayers; ++layer) {
        (layer < plan.expertLayers ? plan.weightBytes : plan.hostWeightBytes) +=
            sizes.expertBytes[static_cast<std::size_t>(layer)];
    }
    return plan;
}

Result<void> keepExpertsOnHost(const Weights& weights, std::int64_t hostLayers,
                               const std::stop_token& stop) {
    return keepOnHost(weights, trainingPlan(deviceSizes(weights), hostLayers), Residency::InMemory,
                      stop);
}

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

std::optional<std::uint64_t> TrainingGpu::takenBytes() const {
    const auto now = session_->freeBytes();
    if (!now) return std::nullopt;
    return freeBytes_ > *now ? freeBytes_ - *now : 0;
}

Result<void> TrainingGpu::place(Weights weights, const ProgressSink& progress,
                                const std::stop_token& stop, std::int64_t hostLayers) {
    weights_.emplace(std::move(weights));
    session_->use();
    return placeOnDevice(*weights_, trainingPlan(deviceSizes(*weights_), hostLayers), *session_,
                         memory_->transfer(), progress, stop);
}

}  // namespace dsm
