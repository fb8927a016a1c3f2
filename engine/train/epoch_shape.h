// Epoch shape: how large what is computed at once is, over the first epoch of a run.
#pragma once

#include <cstdint>

#include "engine/train/batch_plan.h"
#include "engine/train/dataset.h"

namespace dsm {

// What one pass computes: a micro-batch or a piece of one.
struct BatchShape {
    std::int64_t tokens = 0;
    std::int64_t labels = 0;
    std::int64_t samples = 1;

    // As large as both, number by number.
    BatchShape joined(const BatchShape& other) const;
    // At most so many tokens of it.
    BatchShape cutTo(std::int64_t most) const;
};

struct EpochShape {
    BatchShape largest;  // by tokens
    MicroBatch longest;  // the one of most tokens; empty: nothing learns
    MicroBatch usual;    // the one whose tokens are nearest to the mean; empty: nothing learns
    double meanTokens = 0;
    double batchesPerStep = 0;
    std::int64_t steps = 0;
};

// In pieces as the options have them.
EpochShape epochShape(const Dataset& data, const BatchOptions& options);

// The least that can be computed at once: the longest sample. Shape without tokens: there is none.
BatchShape longestSample(const Dataset& data);

}  // namespace dsm
