// Estimate: what a training run needs, before anything of it is computed.
//
//   memory  part by part (train_memory.h): the model's weights as they are stored, the
//           numbers that learn, their gradients and moments, the activations of the largest batch,
//           the rows of logits, room for the packed factors of products, and what saving takes
//           where there is an output; what the program itself holds is its caller's to add. On a
//           GPU products need room for the gradients of hidden numbers alone, and saving none;
//           what the host computes of it (TrainOptions::hostLayers) is counted apart, without its
//           weights
//
// What it needs of time is measured: step_time.h.
//
// Letters  as in config.h.
// Errors   None; targets must fit the model (trainedNumbers()).
#pragma once

#include <cstdint>

#include "engine/model/checkpoint/config.h"
#include "engine/train/epoch_shape.h"
#include "engine/train/train_memory.h"
#include "engine/train/train_options.h"
#include "kernels/backend.h"

namespace dsm {

// What learns of a model, as estimates ask for it again and again: its tensors are walked once.
struct LearningParts {
    bool factors[2] = {};  // of attention, of experts
    bool whole = false;
    bool head = false;
    bool embedding = false;
    std::int64_t rank = 0;
    std::int64_t layers = 0;   // from the first that learns on
    std::int64_t numbers = 0;  // all
    std::int64_t norms = 0;    // of them, those that do not decay
    std::int64_t experts = 0;  // of the routed experts of one layer
    std::int64_t tensors = 0;  // that are saved
};
LearningParts learningParts(const ModelConfig& config, const TrainTargets& targets);

// `weightBytes` of the model as it is stored; on a GPU those that lie there.
TrainMemory estimateMemory(const ModelConfig& config, std::uint64_t weightBytes,
                           const TrainOptions& options, const BatchShape& largest,
                           Backend backend = Backend::Cpu);
// Of targets whose parts are known.
TrainMemory estimateMemory(const ModelConfig& config, std::uint64_t weightBytes,
                           const TrainOptions& options, const LearningParts& learning,
                           const BatchShape& largest, Backend backend);

// Operations of all products of a pass, two for each multiply-add, as shares of a machine's peak
// are counted: without those that checkpointing repeats.
double usefulOperations(const ModelConfig& config, const TrainOptions& options,
                        const BatchShape& batch);

}  // namespace dsm
