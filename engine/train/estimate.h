// Estimate: what a training run needs, before anything of it is computed.
//
//   memory  part by part, as trainer.h counts it: the model's weights as they are stored, the
//           numbers that learn, their gradients and moments, the activations of the largest batch,
//           the rows of logits, and room for the packed factors of products
//   time    sum over parts of work / rate. The work of a step follows from the sizes: two
//           operations for each multiply-add of products, forth, back and, with checkpointed
//           activations, forth again; numbers that pass between products; numbers of the
//           optimizer. The rates are measured here and now, on a few products of the same shape
//           and the same type of weights, with the same factors of LoRA.
//
// Letters  as in config.h.
// Errors   None; targets must fit the model (trainedNumbers()).
#pragma once

#include <array>
#include <cstdint>

#include "engine/model/config.h"
#include "engine/train/trainer.h"
#include "kernels/base/thread_pool.h"

namespace dsm {

// One micro-batch.
struct BatchShape {
    std::int64_t tokens = 0;
    std::int64_t labels = 0;
    std::int64_t samples = 1;
};

// `weightBytes` of the model as it is stored.
TrainMemory estimateMemory(const ModelConfig& config, std::uint64_t weightBytes,
                           const TrainOptions& options, const BatchShape& largest);

enum class TrainPart {
    AttentionForward,  // products of query, key, value and output
    AttentionBackward,
    ExpertsForward,  // and of dense MLPs
    ExpertsBackward,
    Head,       // forth and back
    Scores,     // of attention, forth and back
    Numbers,    // read or written between products
    Optimizer,  // numbers that learn
    Count
};
// Operations or numbers of a step; or what the machine does of them per second.
using TrainCosts = std::array<double, static_cast<std::size_t>(TrainPart::Count)>;

// A step of so many micro-batches of this shape.
TrainCosts trainWork(const ModelConfig& config, const TrainOptions& options,
                     const BatchShape& batch, std::int64_t microBatches);
TrainCosts measureTrainRates(const ModelConfig& config, const TrainOptions& options,
                             const BatchShape& batch, DType weights, ThreadPool& pool);
double trainSeconds(const TrainCosts& work, const TrainCosts& rates);

// Operations of all products of a step, as shares of a machine's peak are counted: without those
// that checkpointing repeats.
double usefulOperations(const ModelConfig& config, const TrainOptions& options,
                        const BatchShape& batch, std::int64_t microBatches);

}  // namespace dsm
