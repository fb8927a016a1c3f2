// GPU fit: whether a training fits a GPU, before anything is moved there.
//
// Errors  OutOfMemory, with numbers by part and the next settings that would fit.
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
    // What one pass computes at most, of the largest micro-batch all of it or a piece
    // (batch_plan.h).
    BatchShape pass;

    void applyTo(TrainOptions& options) const {
        options.momentsOnHost = momentsOnHost;
        options.hostLayers = hostLayers;
        options.batches.pieceTokens = pass.tokens;
    }
};

// What a run wants to compute at once, and the least that it can: its longest sample.
struct PassBounds {
    BatchShape largest;
    BatchShape least;
};
// Of a run that evaluates, too, where `evaluation` is not nullptr.
PassBounds passBounds(const EpochShape& shape, const Dataset& training, const Dataset* evaluation);

// Whether a run fits: the estimate (estimate.h) beside what the GPU has free, without what its
// driver is left, and what lies beside it in the computer's memory. Half of what the computer has
// free may be pinned. In this order gives way what has no room: the size of a pass, down to
// kGoodPass; the moments' place; the size of a pass, down to the least; experts where they may stay.
Result<GpuFit> checkGpuFit(const TrainingGpu& gpu, const ModelConfig& config,
                           const Weights& weights, const TrainOptions& options,
                           const PassBounds& bounds);

// The same of a GPU with this memory, beside a computer that has so much of its own free.
Result<GpuFit> checkGpuFit(const DeviceMemory& memory, const ModelConfig& config,
                           const DeviceWeightSizes& weights, const TrainOptions& options,
                           const PassBounds& bounds, std::uint64_t computerBytes);

// Tokens of a pass that keep a GPU busy: larger ones are not much faster.
inline constexpr std::int64_t kGoodPass = 4096;

// The plan of a run on a GPU, part by part, as the options say what lies where.
TrainMemory memoryOnGpu(const ModelConfig& config, const DeviceWeightSizes& weights,
                        const TrainOptions& options, const BatchShape& largest);

// What a training leaves free there: for the driver, and for what is not counted by part.
std::uint64_t gpuReserve(const DeviceMemory& memory);
// By the name that people are told.
DeviceMemory deviceMemory(const CudaDevice& device, std::uint64_t freeBytes);

}  // namespace dsm
