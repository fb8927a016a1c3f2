#include "engine/generate/setting_range.h"
#include "kernels/base/reason.h"

#include <array>
#include <sstream>

namespace dsm {
namespace {

struct Setting {
    std::string_view name;
    double value;
    SettingRange range;
};

// A float32 that was made from a bound lies on it, though the two differ as float64.
bool holds(const SettingRange& range, double value) {
    return value >= static_cast<double>(static_cast<float>(range.least)) &&
           value <= static_cast<double>(static_cast<float>(range.most));
}

}  // namespace

std::string inText(double value) {
    std::ostringstream text;
    text.precision(8);
    text << value;
    return text.str();
}

std::string inWords(const SettingRange& range) {
    return inText(range.least) + " to " + inText(range.most);
}

Result<void> checkSettings(const GenerationSettings& settings) {
    const SampleSettings& s = settings.sampling;
    const std::array all{
        Setting{"The temperature", static_cast<double>(s.temperature), kTemperatureRange},
        Setting{"Top-k", static_cast<double>(s.topK), kTopKRange},
        Setting{"Top-p", static_cast<double>(s.topP), kTopPRange},
        Setting{"Min-p", static_cast<double>(s.minP), kMinPRange},
        Setting{"The repetition penalty", static_cast<double>(s.repetitionPenalty),
                kRepetitionPenaltyRange},
        Setting{"The presence penalty", static_cast<double>(s.presencePenalty), kPenaltyRange},
        Setting{"The frequency penalty", static_cast<double>(s.frequencyPenalty), kPenaltyRange},
        Setting{"The longest reply", static_cast<double>(settings.maximumTokens),
                kMaximumTokensRange}};
    for (const Setting& setting : all) {
        if (holds(setting.range, setting.value)) continue;
        return failure(ErrorCode::Unsupported, ReasonCode::SettingNotInRange,
                       {std::string(setting.name), inText(setting.value),
                        inText(setting.range.least), inText(setting.range.most)});
    }
    return {};
}

}  // namespace dsm
