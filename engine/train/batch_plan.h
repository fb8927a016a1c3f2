// Batch plan: which samples each step of a run learns from, fixed by lengths, options and seed
// alone, so that a run that was interrupted goes on with the same ones.
//
//   epoch        the samples in random order, another for each epoch
//   by length    random order, then blocks of 50 batches sorted by length, the longest sample first
//                of all, so that too little memory shows at once
//   packed       a micro-batch holds as many samples, in their order, as fit packTokens; else
//                batchSamples of them
//   step         `accumulation` micro-batches; the last of an epoch may have fewer
//   pieces       a micro-batch with more than pieceTokens is computed in several passes, where its
//                samples and losses stay as planned
//
// Source    group_by_length of the transformers library; packing without attention across samples
//           is what segments are (token_batch.h).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "engine/train/dataset.h"

namespace dsm {

struct BatchOptions {
    std::int64_t batchSamples = 1;
    std::int64_t accumulation = 1;
    std::int64_t packTokens = 0;   // 0: not packed
    std::int64_t pieceTokens = 0;  // 0: no pieces
    bool groupByLength = false;
    std::uint64_t seed = 0;
};

using MicroBatch = std::vector<std::int64_t>;  // samples
using StepPlan = std::vector<MicroBatch>;

// The steps of epoch `epoch`. Samples of length 0 are left out.
std::vector<StepPlan> planEpoch(std::span<const std::int64_t> lengths, const BatchOptions& options,
                                std::int64_t epoch);

// What is computed at once of a micro-batch, in its order: at most so many tokens (0: all of it), or
// one sample that has more.
std::vector<MicroBatch> piecesOf(const MicroBatch& samples, const Dataset& data,
                                 std::int64_t pieceTokens);

// The steps of every epoch where all have as many: nothing where samples are packed.
std::optional<std::int64_t> stepsOfAnEpoch(std::span<const std::int64_t> lengths,
                                           const BatchOptions& options);
// The steps of all epochs together; packed, each must be planned. Nothing after a stop.
std::optional<std::int64_t> stepsOfAll(std::span<const std::int64_t> lengths,
                                       const BatchOptions& options, std::int64_t epochs,
                                       const std::stop_token& stop);

}  // namespace dsm
