#include "engine/serve/stream.h"

#include <algorithm>
#include <utility>

#include "engine/generate/token_picker.h"
#include "engine/model/non_finite.h"
#include "kernels/ops/sample.h"

namespace dsm {

Stream::Stream(LanguageModel& model, Order order, std::shared_ptr<OrderSink> sink,
               PooledContext& context)
    : model_(model),
      order_(std::move(order)),
      sink_(std::move(sink)),
      context_(context),
      sampler_(order_.settings.sampling, model.tokenizer().vocabSize()) {
    read_.started = PromptRead::Clock::now();
    read_.statistics.promptTokens = static_cast<std::int64_t>(order_.prompt.size());
    read_.statistics.reusedTokens = context_.cache.size();
    if (order_.scoresPrompt && context_.scores.empty())
        context_.scores.push_back({.id = order_.prompt.front()});
}

ContextTokens Stream::next(std::int64_t mostIds, std::int64_t mostRows) {
    if (!isReading()) {
        reading_ = {&last_, 1};
        return {.cache = &context_.cache, .ids = reading_};
    }
    const auto begin = static_cast<std::size_t>(context_.cache.size());
    std::span<const TokenId> rest = std::span<const TokenId>(order_.prompt).subspan(begin);
    const std::int64_t most = order_.scoresPrompt ? std::min(mostIds, mostRows) : mostIds;
    reading_ = rest.first(std::min(rest.size(), static_cast<std::size_t>(most)));
    const bool isLast = reading_.size() == rest.size();
    const auto all = static_cast<std::int64_t>(reading_.size());
    return {.cache = &context_.cache,
            .ids = reading_,
            .logitRows = order_.scoresPrompt ? all : static_cast<std::int64_t>(isLast)};
}

void Stream::take(Matrix<float> logits) {
    if (!isReading()) {
        sampler_.rememberReply(last_);
        return choose({logits.row(0), static_cast<std::size_t>(logits.cols)});
    }
    const auto read = static_cast<std::size_t>(context_.cache.size());
    if (order_.scoresPrompt) score(logits, read - reading_.size());
    if (hasEnded_ || read < order_.prompt.size()) return;
    beginWriting();
    if (!hasEnded_) choose({logits.row(logits.rows - 1), static_cast<std::size_t>(logits.cols)});
}

// The logits after a token are about the next one.
void Stream::score(Matrix<float> logits, std::size_t firstPosition) {
    for (std::int64_t i = 0; i < logits.rows; ++i) {
        const std::size_t next = firstPosition + static_cast<std::size_t>(i) + 1;
        if (next >= order_.prompt.size()) return;
        const std::span<const float> row(logits.row(i), static_cast<std::size_t>(logits.cols));
        if (!areFinite(row)) {
            const auto before = std::span<const TokenId>(order_.prompt).first(next);
            return fail(explainNonFinite(model_.model(), before, {}));
        }
        const TokenId id = order_.prompt[next];
        context_.scores.push_back(
            {.id = id,
             .logProbability = row[static_cast<std::size_t>(id)] - logSumExp(row),
             .likeliest =
                 context_.likeliest == 0
                     ? std::vector<LikelyToken>()
                     : likeliestTokens(row, model_.tokenizer().vocabSize(), context_.likeliest)});
    }
}

void Stream::beginWriting() {
    read_.ended = PromptRead::Clock::now();
    const GenerationStatistics& counted = read_.statistics;
    read_.statistics.promptTokensPerSecond =
        perSecond(counted.promptTokens - counted.reusedTokens, read_.ended - read_.started);
    if (order_.scoresPrompt) {
        std::vector<TokenScore> scores(
            context_.scores.begin(),
            context_.scores.begin() + static_cast<std::ptrdiff_t>(order_.prompt.size()));
        for (TokenScore& score : scores)
            score.likeliest.resize(std::min(score.likeliest.size(), order_.likeliest.value_or(0)));
        sink_->promptScored(std::move(scores));
    }
    sampler_.rememberPrompt(order_.prompt);
    writer_.emplace(model_.tokenizer(), model_.endIds(), order_.settings, read_,
                    [this](std::string_view text, TokenId id) {
                        sink_->wrote(text, id, std::exchange(score_, std::nullopt));
                    });
    if (order_.writes) return;
    Generation nothing;
    nothing.reason = StopReason::MaximumTokens;
    nothing.statistics = read_.statistics;
    end(std::move(nothing));
}

void Stream::choose(std::span<float> logits) {
    if (written_ == 0) {
        const auto checked = checkChoice(logits, model_.tokenizer().vocabSize(), model_.name());
        if (!checked) return fail(checked.error());
    }
    const bool isScored = order_.likeliest && areFinite(logits);
    if (isScored) row_.assign(logits.begin(), logits.end());
    for (const auto& [id, bias] : order_.bias)
        logits[static_cast<std::size_t>(id)] += bias;
    last_ = sampler_.choose(logits);
    if (isScored && last_ != kNotFinite) {
        score_ = TokenScore{
            .id = last_,
            .logProbability = row_[static_cast<std::size_t>(last_)] - logSumExp(row_),
            .likeliest = likeliestTokens(row_, model_.tokenizer().vocabSize(), *order_.likeliest)};
    }
    if (last_ != kNotFinite) ++written_;
    const bool isFull = context_.cache.size() == model_.contextLimit();
    if (writer_->take(last_, isFull)) return;
    if (writer_->reason() == StopReason::EndOfText)
        sink_->wrote({}, last_, std::exchange(score_, std::nullopt));
    finish();
}

void Stream::endIfUnwanted() {
    if (hasEnded_ || sink_->isWanted()) return;
    if (writer_) {
        writer_->cancel();
        return finish();
    }
    fail(cancelled().value());
}

void Stream::finish() {
    if (writer_->reason() != StopReason::NotFinite) return end(writer_->finish({}));
    std::vector<TokenId> whole = order_.prompt;
    whole.insert(whole.end(), writer_->ids().begin(), writer_->ids().end());
    end(writer_->finish(explainNonFinite(model_.model(), whole, {}).message));
}

void Stream::fail(const Error& error) {
    end(tl::unexpected(error));
}

void Stream::end(Result<Generation> generation) {
    hasEnded_ = true;
    sink_->ended(std::move(generation));
}

}  // namespace dsm
