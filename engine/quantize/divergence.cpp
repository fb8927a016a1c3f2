#include "engine/quantize/divergence.h"

#include <algorithm>
#include <cmath>

#include "engine/model/non_finite.h"
#include "kernels/base/check.h"

namespace dsm {
namespace {

// logits -> logarithms of probabilities, in place.
void normalise(std::span<float> logits) {
    const float largest = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (const float logit : logits)
        sum += std::exp(static_cast<double>(logit - largest));
    const auto shift = static_cast<float>(largest + std::log(sum));
    for (float& logit : logits)
        logit -= shift;
}

}  // namespace

Result<std::vector<float>> logProbabilities(const ModelOptions& options,
                                            std::span<const std::int32_t> ids,
                                            const std::stop_token& stop) {
    const auto model = Model::load(options, {}, stop);
    if (!model) return tl::unexpected(model.error());
    const auto vocab = static_cast<std::size_t>((*model)->config().vocabSize);
    std::vector<float> result;
    result.reserve(ids.size() * vocab);
    (*model)->readWithLogits(ids, [&](Matrix<const float> rows) {
        result.insert(result.end(), rows.data, rows.data + rows.size());
    });
    if (const auto& failed = (*model)->failure()) return tl::unexpected(*failed);
    if (!areFinite(result)) return tl::unexpected(explainNonFinite(**model, ids, stop));
    for (std::size_t begin = 0; begin < result.size(); begin += vocab)
        normalise(std::span(result).subspan(begin, vocab));
    return result;
}

Divergence divergenceOf(std::span<const float> original, std::span<const float> converted,
                        std::int64_t vocabSize) {
    const auto vocab = static_cast<std::size_t>(vocabSize);
    DSM_CHECK(original.size() == converted.size() && original.size() % vocab == 0);
    DSM_CHECK(!original.empty());
    double kl = 0;
    std::size_t agreements = 0;
    const auto best = [](std::span<const float> row) {
        return std::max_element(row.begin(), row.end()) - row.begin();
    };
    for (std::size_t begin = 0; begin < original.size(); begin += vocab) {
        const auto p = original.subspan(begin, vocab);
        const auto q = converted.subspan(begin, vocab);
        for (std::size_t v = 0; v < vocab; ++v)
            kl += std::exp(static_cast<double>(p[v])) * (static_cast<double>(p[v]) - q[v]);
        agreements += best(p) == best(q) ? 1U : 0U;
    }
    const std::size_t count = original.size() / vocab;
    const auto tokens = static_cast<double>(count);
    return {.meanKl = kl / tokens, .topAgreement = static_cast<double>(agreements) / tokens};
}

}  // namespace dsm
