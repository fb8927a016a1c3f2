// The ranges of what a generation can be asked for: one table, which the terminal's options, a
// model's generation_config.json and the window's settings keep to, and which generate() checks.
//
// Errors  Unsupported, naming the setting, its value and its range.
#pragma once

#include <string>

#include "engine/generate/generation.h"
#include "kernels/base/result.h"

namespace dsm {

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

// "0 to 10"
std::string inWords(const SettingRange& range);

Result<void> checkSettings(const GenerationSettings& settings);

}  // namespace dsm
