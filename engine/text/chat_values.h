// The values of a chat, from the engine over the store to the pages: who speaks, what a reply is
// asked for, how it ended and what it took.
//
// Threads  Plain values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dsm {

enum class ChatRole { System = 0, User = 1, Assistant = 2 };  // these numbers are on the disk

// What a person asks for in place of a model's own settings: without a value, the model's holds.
struct GenerationChoices {
    std::optional<double> temperature;  // 0 always takes the likeliest token
    std::optional<std::int32_t> topK;   // 0 keeps all
    std::optional<double> topP;         // 1 keeps all
    std::optional<double> minP;         // 0 keeps all
    std::optional<double> repetitionPenalty;
    std::optional<std::int64_t> maximumTokens;
    // No model states these.
    double presencePenalty = 0;
    double frequencyPenalty = 0;
    std::optional<std::uint64_t> seed;          // none: a chat draws one, others take 0
    std::vector<std::string> stopStrings = {};  // besides the model's own

    bool operator==(const GenerationChoices&) const = default;
};

// The ranges of what can be asked for: one table, which the terminal's options, a model's
// generation_config.json and the window's settings keep to, and which generate() checks.
struct SettingRange {
    double least = 0;
    double most = 0;

    constexpr bool holds(double value) const {  // which NaN is never
        return value >= least && value <= most;
    }
};

inline constexpr SettingRange kTemperatureRange{0, 10};
inline constexpr SettingRange kTopKRange{0, 1'000'000};
inline constexpr SettingRange kTopPRange{1e-4, 1};
inline constexpr SettingRange kMinPRange{0, 1};
inline constexpr SettingRange kRepetitionPenaltyRange{0.01, 10};
inline constexpr SettingRange kPenaltyRange{-10, 10};  // presence and frequency
inline constexpr SettingRange kMaximumTokensRange{1, 1'000'000};
inline constexpr SettingRange kAdapterScaleRange{-100, 100};

enum class StopReason {
    EndOfText,      // the model ended its text
    StopString,     // one of the stop strings came
    MaximumTokens,  // the asked number was reached
    ContextFull,    // no position is left in the context
    Cancelled,      // the caller asked to stop
    NotFinite,      // the model computed numbers that are none
};

// What a person thinks of a reply; these numbers are on the disk.
enum class ReplyRating { Down = -1, None = 0, Up = 1 };

struct GenerationStatistics {
    std::int64_t promptTokens = 0;     // all of the prompt
    std::int64_t reusedTokens = 0;     // of these, found in the cache and not computed again
    std::int64_t generatedTokens = 0;  // the end-of-text token not counted
    double promptTokensPerSecond = 0;  // computed prompt tokens over their time
    double tokensPerSecond = 0;        // after the first token
    std::chrono::duration<double> timeToFirstToken{0};

    bool operator==(const GenerationStatistics&) const = default;
};

}  // namespace dsm
