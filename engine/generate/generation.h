// What one generation is asked for, and what it gives back.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/generate/sampling.h"
#include "engine/text/tokenizer.h"

namespace dsm {

struct GenerationSettings {
    SampleSettings sampling{.temperature = 0.7F, .topP = 0.95F};
    std::int64_t maximumTokens = 1024;          // > 0; the free context limits it too
    std::vector<std::string> stopStrings = {};  // the text ends before the first of them
};

// What a user asks for in place of a model's own settings: without a value, the model's holds.
// The stop strings count besides the model's own, and the others are nothing that a model states.
struct GenerationOverrides {
    std::optional<float> temperature;
    std::optional<std::int32_t> topK;
    std::optional<float> topP;
    std::optional<float> minP;
    std::optional<float> repetitionPenalty;
    std::optional<std::int64_t> maximumTokens;
    float presencePenalty = 0.0F;
    float frequencyPenalty = 0.0F;
    std::uint64_t seed = 0;
    std::vector<std::string> stopStrings = {};
};

GenerationSettings overridden(GenerationSettings own, const GenerationOverrides& wanted);

enum class StopReason {
    EndOfText,      // the model ended its text
    StopString,     // one of the stop strings came
    MaximumTokens,  // the asked number was reached
    ContextFull,    // no position is left in the context
    Cancelled,      // the caller asked to stop
    NotFinite,      // the model computed numbers that are none: see Generation::problem
};

struct GenerationStatistics {
    std::int64_t promptTokens = 0;     // all of the prompt
    std::int64_t reusedTokens = 0;     // of these, found in the cache and not computed again
    std::int64_t generatedTokens = 0;  // the end-of-text token not counted
    double promptTokensPerSecond = 0;  // computed prompt tokens over their time
    double tokensPerSecond = 0;        // after the first token
    std::chrono::duration<double> timeToFirstToken{0};
};

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
