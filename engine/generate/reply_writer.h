// Reply writer: one reply while it grows: its tokens, the text that may be shown of them, and what
// ends it.
//
// Ownership Borrows tokenizer, end ids and settings.
// Threads   One generation, one thread.
#pragma once

#include <chrono>
#include <span>
#include <string>

#include "engine/generate/generation.h"
#include "engine/generate/stop_strings.h"
#include "engine/text/stream_decoder.h"

namespace dsm {

// What reading the prompt took, which the statistics of its replies begin with.
struct PromptRead {
    using Clock = std::chrono::steady_clock;
    Clock::time_point started;
    Clock::time_point ended;
    GenerationStatistics statistics;
};

class ReplyWriter {
  public:
    // `ends` are the ids that end a reply.
    ReplyWriter(const Tokenizer& tokenizer, std::span<const TokenId> ends,
                const GenerationSettings& settings, const PromptRead& prompt, PieceSink sink);

    // The next token, or kNotFinite; `contextIsFull`: it could not be read. False where the reply
    // has ended, with the token or before it.
    bool take(TokenId id, bool contextIsFull);
    // Ends the reply as one that was asked to stop.
    void cancel() { end(StopReason::Cancelled); }
    bool hasEnded() const { return hasEnded_; }
    StopReason reason() const { return generation_.reason; }
    std::span<const TokenId> ids() const { return generation_.ids; }

    // Hands out the text that was held back; the last call.
    Generation finish(std::string problem);

  private:
    bool end(StopReason reason);
    void emit(const std::string& piece, TokenId id);

    std::span<const TokenId> ends_;
    const GenerationSettings& settings_;
    PromptRead prompt_;
    PieceSink sink_;
    StreamDecoder decoder_;
    StopStrings stops_;
    Generation generation_;
    bool hasEnded_ = false;
    PromptRead::Clock::time_point ended_;
};

}  // namespace dsm
