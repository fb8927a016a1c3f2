// Token scores: how likely a model finds the tokens of a text, and what else could stand at a place.
//
//   logProbability(id) = logit[id] - log of the sum over V of exp(logit)     in float64
//
// Letters V rows of the logits. Rows that only pad the embedding count in the sum, as they do in
//         training and in PyTorch; they are never among the likeliest.
// Threads Plain values and pure functions: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/text/tokenizer.h"

namespace dsm {

struct LikelyToken {
    TokenId id = 0;
    double logProbability = 0;
};

struct TokenScore {
    TokenId id = 0;
    // Given all tokens before it; the first of a text has none.
    std::optional<double> logProbability = std::nullopt;
    std::vector<LikelyToken> likeliest = {};  // what could stand here, best first; as many as asked
};

struct ScoreWish {
    std::size_t from = 0;       // the first token that is scored; what is before it is only read
    std::size_t likeliest = 0;  // so many tokens that could stand at each place
};

// log of the sum of exp(logit), for logits [V] that are finite; V > 0.
double logSumExp(std::span<const float> logits);

// The `count` likeliest of the first `vocabSize` ids, or as many as there are, best first; of equal
// ones the lower id first, as at temperature 0.
std::vector<LikelyToken> likeliestTokens(std::span<const float> logits, std::int64_t vocabSize,
                                         std::size_t count);

}  // namespace dsm
