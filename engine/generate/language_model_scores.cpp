// LanguageModel: how likely it finds a text that is there.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "engine/generate/language_model.h"
#include "engine/model/non_finite.h"
#include "kernels/base/reason.h"

namespace dsm {

Result<void> LanguageModel::checkScored(std::span<const TokenId> ids) const {
    DSM_CHECK(!ids.empty());
    if (auto failed = Tokenizer::takeFailure(); failed) return tl::unexpected(std::move(*failed));
    const auto tokens = static_cast<std::int64_t>(ids.size());
    if (tokens <= contextLimit()) return {};
    return failure(ErrorCode::Unsupported, ReasonCode::TextTooLong,
                   {std::to_string(tokens), std::to_string(contextLimit())});
}

Error LanguageModel::readingEnded() const {
    return model_->failure() ? *model_->failure() : cancelled().value();
}

Result<std::vector<TokenScore>> LanguageModel::score(std::span<const TokenId> ids,
                                                     const ScoreWish& wish,
                                                     const std::stop_token& stop) {
    if (auto checked = checkScored(ids); !checked) return tl::unexpected(checked.error());
    std::vector<TokenScore> scores;
    if (wish.from == 0) scores.push_back({.id = ids.front()});
    // The logits after a token are about the next one.
    std::size_t next = std::max<std::size_t>(wish.from, 1);
    if (next >= ids.size()) return scores;
    const auto held = static_cast<std::size_t>(model_->cache().commonPrefix(ids));
    const std::size_t begin = std::min(held, next - 1);
    model_->rewind(static_cast<std::int64_t>(begin));
    if (begin < next - 1 && !model_->read(ids.subspan(begin, next - 1 - begin), stop))
        return tl::unexpected(readingEnded());
    while (next < ids.size()) {
        const std::size_t count =
            std::min(ids.size() - next, static_cast<std::size_t>(kLogitsRows));
        const std::array some{ContextTokens{.ids = ids.subspan(next - 1, count),
                                            .logitRows = static_cast<std::int64_t>(count)}};
        const auto rows = model_->readTogether(some, stop);
        if (!rows) return tl::unexpected(readingEnded());
        for (std::size_t row = 0; row < count; ++row, ++next) {
            const std::span<const float> logits(rows->row(static_cast<std::int64_t>(row)),
                                                static_cast<std::size_t>(rows->cols));
            if (!areFinite(logits))
                return tl::unexpected(explainNonFinite(*model_, ids.first(next), stop));
            const double wanted = logits[static_cast<std::size_t>(ids[next])];
            scores.push_back({.id = ids[next],
                              .logProbability = wanted - logSumExp(logits),
                              .likeliest = wish.likeliest == 0
                                               ? std::vector<LikelyToken>()
                                               : likeliestTokens(logits, tokenizer_->vocabSize(),
                                                                 wish.likeliest)});
        }
    }
    return scores;
}

Result<std::vector<LikelyToken>> LanguageModel::likeliestAfter(std::span<const TokenId> ids,
                                                               std::size_t count,
                                                               const std::stop_token& stop) {
    if (auto checked = checkScored(ids); !checked) return tl::unexpected(checked.error());
    PromptRead read;
    const auto logits = readPrompt(ids, read, stop);
    if (!logits) return tl::unexpected(readingEnded());
    if (!areFinite(*logits)) return tl::unexpected(explainNonFinite(*model_, ids, stop));
    return likeliestTokens(*logits, tokenizer_->vocabSize(), count);
}

}  // namespace dsm
