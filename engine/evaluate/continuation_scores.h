// Continuation scores: how likely a model finds continuations of texts, several at once. What they all
// begin with is read once and stays in the model's context for the next; their rests go through the
// model together, so that each weight is read once for all of them.
//
//   logLikelihood = sum over i >= from of log p(ids[i] | ids[0 .. i-1])     in float64
//   isGreedy      = each of them is the likeliest there, the first of equal ones
//
// Ownership Borrows the model; owns contexts beside the model's own, as many as there is memory for.
// Threads   One, which has the model.
// Errors    Malformed: numbers that are not finite. Cancelled. Those of a GPU that failed.
#pragma once

#include <cstddef>
#include <deque>
#include <span>
#include <stop_token>
#include <vector>

#include "engine/generate/language_model.h"
#include "engine/model/pass/kv_cache.h"
#include "kernels/base/result.h"

namespace dsm {

struct ScoredText {
    std::vector<TokenId> ids =
        {};                // one more than the context holds at most: the last is never read
    std::size_t from = 1;  // 1 <= from < ids.size()
};

struct ContinuationScore {
    double logLikelihood = 0;
    bool isGreedy = true;
};

class ContinuationScorer {
  public:
    explicit ContinuationScorer(LanguageModel& model);

    // One for each text, in their order.
    Result<std::vector<ContinuationScore>> score(std::span<const ScoredText> texts,
                                                 const std::stop_token& stop);

  private:
    struct Rest;

    Result<void> readRests(std::span<Rest> rests, std::size_t shared, const std::stop_token& stop);
    Result<void> readTogether(std::span<Rest> rests, const std::stop_token& stop);
    // Contexts for so many texts besides the one that takes the model's; fewer where memory is short.
    std::size_t makeRoom(std::size_t wanted, std::int64_t positions);
    Result<void> add(const ScoredText& text, std::size_t next, std::span<const float> logits,
                     ContinuationScore& score, const std::stop_token& stop);
    Error ended() const;

    LanguageModel& model_;
    std::deque<KvCache> contexts_;
};

}  // namespace dsm
