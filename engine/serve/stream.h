// Stream: one order of a batch under way: what it reads next, and what becomes of the logits.
//
// Ownership Borrows model and context, which outlive it; shares the sink.
// Threads   The batch's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/generate/language_model.h"
#include "engine/generate/sampling.h"
#include "engine/serve/context_pool.h"
#include "engine/serve/order.h"

namespace dsm {

class Stream {
  public:
    Stream(LanguageModel& model, Order order, std::shared_ptr<OrderSink> sink,
           PooledContext& context);

    std::span<const TokenId> prompt() const { return order_.prompt; }
    PooledContext& context() { return context_; }
    bool isReading() const { return !writer_; }  // its prompt
    bool hasEnded() const { return hasEnded_; }
    // What its prompt found read, and what it wrote.
    const GenerationStatistics& statistics() const { return read_.statistics; }
    std::int64_t written() const { return written_; }

    // What it reads in the next pass: of a prompt at most so many ids, with at most so many rows of
    // logits (> 0); else its last token.
    ContextTokens next(std::int64_t mostIds, std::int64_t mostRows);
    // The logits of that, as many rows as it asked for; overwritten.
    void take(Matrix<float> logits);
    // Ends it where its sink wants no more.
    void endIfUnwanted();
    void fail(const Error& error);

  private:
    void score(Matrix<float> logits, std::size_t firstPosition);
    void beginWriting();
    void choose(std::span<float> logits);
    void finish();
    void end(Result<Generation> generation);

    LanguageModel& model_;
    Order order_;
    std::shared_ptr<OrderSink> sink_;
    PooledContext& context_;
    Sampler sampler_;
    PromptRead read_;
    std::optional<ReplyWriter> writer_;  // once the prompt is read
    std::optional<TokenScore> score_;    // of the token that is handed out
    std::vector<float> row_;             // scratch
    std::span<const TokenId> reading_;   // in this pass
    TokenId last_ = 0;
    std::int64_t written_ = 0;
    bool hasEnded_ = false;
};

}  // namespace dsm
