// Token batch: some samples side by side, as one pass sees them. Nothing is filled up: samples of
// different lengths lie one after the other, each a segment with positions of its own.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/train/dataset.h"

namespace dsm {

struct TokenBatch {
    std::vector<std::int32_t> ids;        // [T]
    std::vector<std::int32_t> targets;    // [T] the token that shall follow, or kNotTrained
    std::vector<std::int32_t> positions;  // [T] within its sample
    std::vector<std::int32_t> segments;   // begins of the samples, and T

    std::int64_t tokens() const { return static_cast<std::int64_t>(ids.size()); }
    std::int64_t samples() const { return static_cast<std::int64_t>(segments.size()) - 1; }
    std::int64_t labels() const;  // targets that count
};

// Samples without a token are left out.
TokenBatch batchOf(std::span<const TrainingSample> samples);

}  // namespace dsm
