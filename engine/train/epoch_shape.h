// Epoch shape: how large the micro-batches of a run are, over its first epoch.
#pragma once

#include <cstdint>

#include "engine/train/batch_plan.h"
#include "engine/train/dataset.h"

namespace dsm {

// One micro-batch.
struct BatchShape {
    std::int64_t tokens = 0;
    std::int64_t labels = 0;
    std::int64_t samples = 1;
};

struct EpochShape {
    BatchShape largest;  // by tokens
    MicroBatch longest;  // the one of most tokens; empty: nothing learns
    MicroBatch usual;    // the one whose tokens are nearest to the mean; empty: nothing learns
    double meanTokens = 0;
    double batchesPerStep = 0;
    std::int64_t steps = 0;
};

EpochShape epochShape(const Dataset& data, const BatchOptions& options);

}  // namespace dsm
