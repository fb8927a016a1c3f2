// What bench measures with: tokens, memory to read, arithmetic, and the spread of its samples.
//
// Threads  Functions may be called from any thread.
// Errors   None. Samples of none is the caller's bug.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/model/pass/weights.h"
#include "kernels/cpu/limits.h"

namespace dsm::cli {

struct Spread {
    double median = 0;
    double least = 0;
    double most = 0;
};

Spread spreadOf(std::vector<double> values);

// Ids that are the same in every run and meet all experts.
std::vector<std::int32_t> randomIds(std::int64_t count, std::int64_t vocabSize);

cpu::Arithmetic arithmeticOf(DType weights);

// Evenly from all over the weights, where they lie.
std::vector<cpu::Stretch> weightStretches(const Weights& weights);

// The one prompt whose operations are shown: the longest of at most 512 tokens, else the shortest.
std::int64_t usualPrompt(const std::vector<std::int64_t>& ascending);

}  // namespace dsm::cli
