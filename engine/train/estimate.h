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

// `weightBytes` of the model as it is stored; on a GPU those that lie there.
TrainMemory estimateMemory(const ModelConfig& config, std::uint64_t weightBytes,
                           const TrainOptions& options, const BatchShape& largest,
                           Backend backend = Backend::Cpu);

// Operations of all products of a pass, two for each multiply-add, as shares of a machine's peak
// are counted: without those that checkpointing repeats.
double usefulOperations(const ModelConfig& config, const TrainOptions& options,
                        const BatchShape& batch);

}  // namespace dsm
