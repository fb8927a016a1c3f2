// What one generation is asked for, and what it gives back.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/generate/sampling.h"
#include "engine/text/chat_values.h"
#include "engine/text/tokenizer.h"

namespace dsm {

struct GenerationSettings {
    SampleSettings sampling{.temperature = 0.7F, .topP = 0.95F};
    std::int64_t maximumTokens = 1024;          // > 0; the free context limits it too
    std::int64_t maximumLength = 0;             // of prompt and reply together; 0: none is set
    std::vector<std::string> stopStrings = {};  // the text ends before the first of them
    bool looksAhead = true;  // reads what it guesses (look_ahead.h); no text depends on it
};

// 0 where there is nothing to tell.
inline double perSecond(std::int64_t count, std::chrono::duration<double> time) {
    return count > 0 && time.count() > 0 ? static_cast<double>(count) / time.count() : 0;
}

// A longest reply that is wanted takes the place of either length.
GenerationSettings overridden(GenerationSettings own, const GenerationChoices& wanted);

// How much of a context a prompt leaves free for its reply. A quarter is enough to begin with: all
// that the reply may need would leave no room for the conversation where the context is small.
std::int64_t replyReserve(const GenerationSettings& settings, std::int64_t contextLimit);

struct Generation {
    std::string text;
    std::vector<TokenId> ids;  // without the end-of-text token; decode to at least `text`
    StopReason reason = StopReason::EndOfText;
    std::string problem;  // of NotFinite: where the numbers went wrong, for people
    GenerationStatistics statistics;
};

// Called for every token, on the generating thread, with the text it completes (often a few
// bytes, empty while a character or a possible stop string is unfinished; always whole
// characters) and its id; once more at the end, with id -1, where text was still held back. The
// concatenated texts are Generation::text.
using PieceSink = std::function<void(std::string_view text, TokenId id)>;

}  // namespace dsm
