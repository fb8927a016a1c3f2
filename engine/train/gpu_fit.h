// GPU fit: whether a training fits a GPU, before anything is moved there.
//
// Errors  OutOfMemory, with numbers by part and the next setting that would fit.
#pragma once

#include <cstdint>

#include "engine/model/device/device_plan.h"
#include "engine/train/epoch_shape.h"
#include "engine/train/train_memory.h"
#include "engine/train/train_options.h"
#include "engine/train/training_gpu.h"

namespace dsm {

struct GpuFit {
    // The optimizer's numbers belong there, since all else fills the GPU (TrainOptions).
    bool momentsOnHost = false;
    // The routed experts of so many MoE layers, the last ones: those that the options want to stay,
    // and where they let them as many more as it takes.
    std::int64_t hostLayers = 0;

    void applyTo(TrainOptions& options) const {
        options.momentsOnHost = momentsOnHost;
        options.hostLayers = hostLayers;
    }
};

// Whether a run fits: the estimate of the largest micro-batch (estimate.h) beside what the GPU has
// free, without what its driver is left. Half of what the computer has free may be pinned.
Result<GpuFit> checkGpuFit(const TrainingGpu& gpu, const ModelConfig& config,
                           const Weights& weights, const TrainOptions& options,
                           const BatchShape& largest);

// The same of a GPU with this memory, beside a computer that has so much of its own free.
Result<GpuFit> checkGpuFit(const DeviceMemory& memory, const ModelConfig& config,
                           const DeviceWeightSizes& weights, const TrainOptions& options,
                           const BatchShape& largest, std::uint64_t computerBytes = 0);

// The plan of a run on a GPU, part by part, as the options say what lies where.
TrainMemory memoryOnGpu(const ModelConfig& config, const DeviceWeightSizes& weights,
                        const TrainOptions& options, const BatchShape& largest);

// What a training leaves free there: for the driver, and for what is not counted by part.
std::uint64_t gpuReserve(const DeviceMemory& memory);
// By the name that people are told.
DeviceMemory deviceMemory(const CudaDevice& device, std::uint64_t freeBytes);

// The most samples that fit in a micro-batch of samples like these, up to `most`; 0 where not even
// one does.
std::int64_t mostSamples(const DeviceMemory& memory, const ModelConfig& config,
                         const DeviceWeightSizes& weights, const TrainOptions& options,
                         const BatchShape& like, std::int64_t most,
                         std::uint64_t computerBytes = 0);

}  // namespace dsm
