#include "engine/generate/token_scores.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/base/check.h"

namespace dsm {

double logSumExp(std::span<const float> logits) {
    DSM_CHECK(!logits.empty());
    const double largest = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (const float logit : logits)
        sum += std::exp(static_cast<double>(logit) - largest);
    return largest + std::log(sum);
}

std::vector<LikelyToken> likeliestTokens(std::span<const float> logits, std::int64_t vocabSize,
                                         std::size_t count) {
    const std::size_t known = std::min(logits.size(), static_cast<std::size_t>(vocabSize));
    std::vector<TokenId> ids(known);
    std::iota(ids.begin(), ids.end(), 0);
    const auto isBefore = [&](TokenId a, TokenId b) {
        const float first = logits[static_cast<std::size_t>(a)];
        const float second = logits[static_cast<std::size_t>(b)];
        return first != second ? first > second : a < b;
    };
    const auto end = ids.begin() + static_cast<std::ptrdiff_t>(std::min(count, known));
    std::partial_sort(ids.begin(), end, ids.end(), isBefore);
    const double all = logSumExp(logits);
    std::vector<LikelyToken> likeliest;
    for (auto id = ids.begin(); id != end; ++id)
        likeliest.push_back({*id, logits[static_cast<std::size_t>(*id)] - all});
    return likeliest;
}

}  // namespace dsm
