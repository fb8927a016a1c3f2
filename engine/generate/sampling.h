// Sampling: from the logits of the next token to the token, on the host. The choice is that of
// kernels/ops/sample.h, to the token, for the same logits and seed.
//
// In this order: penalties, temperature, the K largest, softmax, minimum probability, the smallest
// set of total probability P, then a draw. Temperature 0 is greedy: the largest logit after
// penalties; ties go to the lower id.
//
//   repetition  logit > 0 ? logit / r : logit * r    for every id of the prompt and the reply
//   presence    logit -= p                           for every id of the reply
//   frequency   logit -= f * (times in the reply)
//
// Source    top-p: Holtzman et al., arXiv 1904.09751; min-p: Nguyen et al., arXiv 2407.01082;
//           repetition penalty: Keskar et al., arXiv 1909.05858.
// Threads   A Sampler belongs to one generation; not shared.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/text/tokenizer.h"
#include "kernels/ops/sample.h"

namespace dsm {

class Sampler {
  public:
    // Only the first `vocabSize` ids may be drawn: ids from there on are padding rows of the
    // embedding. Allocates all that choose() needs. Settings within setting_range.h (CHECK).
    Sampler(const SampleSettings& settings, std::int64_t vocabSize);

    // Counts an id of the prompt, or of the reply, for the penalties.
    void rememberPrompt(std::span<const TokenId> ids);
    void rememberReply(TokenId id);

    // Chooses the next token from logits [>= vocabSize]; overwrites them. Allocates nothing.
    // kNotFinite where one of those that may be drawn is no finite number.
    TokenId choose(std::span<float> logits);

  private:
    struct Candidate {
        float logit;
        TokenId id;
    };

    void penalise(std::span<float> logits) const;
    void keepTopK();
    TokenId draw();

    SampleSettings settings_;
    std::uint64_t drawn_ = 0;
    std::vector<std::int32_t> history_;  // [vocabSize], as in sample.h
    std::vector<TokenId> noticedIds_;
    std::vector<Candidate> candidates_;  // scratch
};

}  // namespace dsm
