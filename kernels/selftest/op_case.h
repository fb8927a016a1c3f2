// Op case: one thing that an operation is tried with, and how near it must come.
//
//   |result - reference| <= tolerance * max |reference|, output by output
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "kernels/selftest/op_runs.h"

namespace dsm::selftest {

using OpRun = std::function<Outputs(const OpBench& bench, std::int64_t step)>;

struct OpCase {
    // As OpTable calls it; "experts" are its two. Of training, forth and back: "embedding",
    // "trainNorm", "linear", "rotate", "attention", "gated", "combine", "router", "crossEntropy",
    // "rows", "adamW".
    std::string_view op;
    std::string_view type;  // of the weights; of the cache for attend
    std::string label;      // shape and T
    std::int64_t tokens = 0;
    double tolerance = 0;
    // Makes the inputs, the same every time, which the returned run shares.
    std::function<OpRun()> prepare;
    bool trains = false;         // an operation of TrainOps
    double deviceTolerance = 0;  // of a GPU; 0: the same
};

}  // namespace dsm::selftest
