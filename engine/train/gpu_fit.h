// GPU fit: whether a training fits a GPU, before anything is moved there.
//
// Errors  OutOfMemory, with numbers by part and the next setting that would fit.
#pragma once

#include "engine/train/epoch_shape.h"
#include "engine/train/train_options.h"
#include "engine/train/training_gpu.h"

namespace dsm {

// Whether a run fits: the estimate of the largest micro-batch (estimate.h) beside what the GPU has
// free, without what its driver is left.
Result<void> checkGpuFit(const TrainingGpu& gpu, const ModelConfig& config, const Weights& weights,
                         const TrainOptions& options, const BatchShape& largest);

}  // namespace dsm
