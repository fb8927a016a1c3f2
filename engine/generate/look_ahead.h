// Look-ahead: reads the tokens of a reply into a model's own context as Model::read() does one by
// one, several at a time where the text repeats itself: guesses of what comes next are read in the
// same pass, and their logits are at hand if they were right. The logits are to the bit those of a
// token read alone (forward.h), so nothing that is chosen by them changes.
//
// Ownership Borrows the model, whose context holds the prompt. After the end the context holds the
//           prompt and what was read.
// Threads   The model's. read() allocates nothing.
// Errors    As Model::read().
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>

#include "engine/generate/draft_length.h"
#include "engine/generate/prompt_lookup.h"
#include "engine/model/model.h"

namespace dsm {

// Of a reply until now.
struct LookAheadCounts {
    std::int64_t passes = 0;
    std::int64_t guessed = 0;
    std::int64_t right = 0;
};

class LookAhead {
  public:
    using Seconds = double (*)();  // of a clock

    // For at most `maximumTokens` of a reply. Where a GPU computes, or `guesses` is false, each
    // token is read alone.
    LookAhead(Model& model, std::span<const TokenId> prompt, std::int64_t maximumTokens,
              bool guesses, Seconds clock = nullptr);
    ~LookAhead() { settle(); }
    LookAhead(const LookAhead&) = delete;
    LookAhead& operator=(const LookAhead&) = delete;

    // The reply's next token, and the logits after it; they may be overwritten and last until the
    // next call.
    std::optional<std::span<float>> read(TokenId id, const std::stop_token& stop);

    const LookAheadCounts& counts() const { return counts_; }

  private:
    // Forgets the guesses that were wrong.
    void settle();
    std::size_t guess();
    std::optional<Matrix<float>> readPass(std::size_t guesses, const std::stop_token& stop);
    std::optional<std::span<float>> readRow();

    Model& model_;
    Seconds clock_;
    std::optional<PromptLookup> lookup_;  // none: nothing is guessed
    DraftLength length_;
    std::int64_t tokensLeft_;
    // Of the last pass: a token and guesses, their logits, and how many of them were asked for.
    std::array<TokenId, DraftLength::kMost + 1> ids_{};
    Matrix<float> logits_{};
    std::int64_t begin_ = 0;  // positions before it
    std::int64_t taken_ = 0;
    double seconds_ = 0;
    LookAheadCounts counts_;
};

}  // namespace dsm
