#include "engine/generate/look_ahead.h"

#include <algorithm>
#include <chrono>

namespace dsm {
namespace {

double steadySeconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

}  // namespace

static_assert(DraftLength::kMost < kLogitsRows);

LookAhead::LookAhead(Model& model, std::span<const TokenId> prompt, std::int64_t maximumTokens,
                     bool guesses, Seconds clock)
    : model_(model),
      clock_(clock != nullptr ? clock : &steadySeconds),
      tokensLeft_(std::min(maximumTokens,
                           model.contextLimit() - static_cast<std::int64_t>(prompt.size()) + 1)) {
    if (!guesses || model.gpu() != nullptr || tokensLeft_ <= 0) return;
    lookup_.emplace(prompt.size() + static_cast<std::size_t>(tokensLeft_));
    lookup_->append(prompt);
}

void LookAhead::settle() {
    if (logits_.rows > 1) {
        const auto right = static_cast<std::size_t>(taken_ - 1);
        length_.sawDraft(static_cast<std::size_t>(logits_.rows - 1), right, seconds_);
        counts_.right += static_cast<std::int64_t>(right);
        model_.rewind(begin_ + taken_);
    } else if (logits_.rows == 1) {
        length_.sawOne(seconds_);
    }
    logits_.rows = 0;
}

// How many ids stand behind ids_[0] then.
std::size_t LookAhead::guess() {
    if (!lookup_) return 0;
    const std::int64_t room = std::min(
        {static_cast<std::int64_t>(length_.wanted()), tokensLeft_ - 1,
         model_.contextLimit() - model_.cache().size() - 1, model_.mostTokensOfPass() - 1});
    if (room <= 0) return 0;
    return lookup_->propose(length_.leastMatch(),
                            std::span(ids_).subspan(1, static_cast<std::size_t>(room)));
}

std::optional<Matrix<float>> LookAhead::readPass(std::size_t guesses, const std::stop_token& stop) {
    const std::span<const TokenId> ids = std::span(ids_).first(guesses + 1);
    const ContextTokens tokens{.ids = ids, .logitRows = static_cast<std::int64_t>(ids.size())};
    if (guesses > 0) return model_.readTogether({&tokens, 1}, stop);
    const auto row = model_.read(ids, stop);
    if (!row) return std::nullopt;
    return Matrix<float>{row->data(), 1, static_cast<std::int64_t>(row->size())};
}

std::optional<std::span<float>> LookAhead::readRow() {
    return std::span(logits_.row(taken_++), static_cast<std::size_t>(logits_.cols));
}

std::optional<std::span<float>> LookAhead::read(TokenId id, const std::stop_token& stop) {
    if (lookup_ && tokensLeft_ > 0) lookup_->append({&id, 1});
    --tokensLeft_;
    if (taken_ < logits_.rows && ids_[static_cast<std::size_t>(taken_)] == id) return readRow();
    settle();
    ids_[0] = id;
    const std::size_t guesses = guess();
    begin_ = model_.cache().size();
    const double started = clock_();
    const auto logits = readPass(guesses, stop);
    if (!logits) return std::nullopt;
    seconds_ = clock_() - started;
    logits_ = *logits;
    taken_ = 0;
    ++counts_.passes;
    counts_.guessed += static_cast<std::int64_t>(guesses);
    return readRow();
}

}  // namespace dsm
