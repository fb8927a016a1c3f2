// Step time: how long a step of a run will take on this machine, found by computing a part of one.
//
//   step = batches * (embedding + sum over layers of (forth + again + back) + loss) + optimizer
//
// A usual micro-batch of the run's own data goes through the model's first layers, forth and back,
// with its own weights, targets, threads and backend: all kinds of layers that the model has, and
// with checkpointed activations one that is computed again; beside a GPU also layers whose experts
// the host computes, where the run has them. The other layers take what those of their kind took. The optimizer is timed on as many numbers as learn, up to a few million. Takes a
// second, or two passes through these layers where they are slower. The longest micro-batch goes
// first: what has no room for it shows at once.
//
// Ownership Borrows everything for the call; frees what it needed.
// Errors    Those of trainable_weights.h; OutOfMemory; Cancelled.
#pragma once

#include <stop_token>

#include "engine/train/epoch_shape.h"
#include "engine/train/trainer.h"

namespace dsm {

struct StepSeconds {
    double usual = 0;    // of a step as they are on the whole
    double longest = 0;  // of the step with the longest micro-batch
};

Result<StepSeconds> measureStepSeconds(const ModelConfig& config, const Weights& weights,
                                       const TrainOptions& options, const Dataset& data,
                                       const EpochShape& shape, Backend backend, int threads,
                                       const std::stop_token& stop, TrainingGpu* gpu = nullptr);

}  // namespace dsm
