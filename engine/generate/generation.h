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
    std::vector<std::string> stopStrings = {};  // the text ends before the first of them
};

// 0 where there is nothing to tell.
inline double perSecond(std::int64_t count, std::chrono::duration<double> time) {
    return count > 0 && time.count() > 0 ? static_cast<double>(count) / time.count() : 0;
}

GenerationSettings overridden(GenerationSettings own, const GenerationChoices& wanted);

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
