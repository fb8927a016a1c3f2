// How much a converted model's next-token distributions differ from those of the original.
//
//   KL  = mean over tokens of sum over v of p[v] * (log p[v] - log q[v])    p original, q converted
//   top = share of tokens whose likeliest next token is the same
//
// Letters  T tokens, V vocabulary.
// Errors   logProbabilities(): those of loading the model; Malformed: its numbers are not finite.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/model/model.h"
#include "kernels/base/result.h"

namespace dsm {

// [T, V] of the model's distribution after each token. T is at most the model's context (CHECK).
Result<std::vector<float>> logProbabilities(const ModelOptions& model,
                                            std::span<const std::int32_t> ids,
                                            const std::stop_token& stop);

struct Divergence {
    double meanKl = 0;
    double topAgreement = 0;
};

// Both [T, V], of logarithms.
Divergence divergenceOf(std::span<const float> original, std::span<const float> converted,
                        std::int64_t vocabSize);

}  // namespace dsm
