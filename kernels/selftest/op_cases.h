// Op cases: the one table of what operations are tried with: shapes, weight types and numbers of
// tokens, each with its tolerance. Tests and the self-test share it.
//
//   |result - reference| <= tolerance * max |reference|, output by output
//
// Source  The tolerances are those of the operations' headers.
// Letters As in the operations' headers; T tokens.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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

// The cases of one operation, all of them with each number of tokens; "" is every operation.
std::vector<OpCase> opCases(std::string_view op, std::span<const std::int64_t> tokenCounts);

}  // namespace dsm::selftest
