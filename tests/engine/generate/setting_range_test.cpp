#include "engine/generate/setting_range.h"

#include <gtest/gtest.h>

#include <limits>

#include "engine/generate/language_model.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

void expectRefused(const GenerationSettings& settings, const std::string& name) {
    const auto checked = checkSettings(settings);
    ASSERT_FALSE(checked.has_value()) << name;
    EXPECT_TRUE(checked.error().message.starts_with(name)) << checked.error().message;
    EXPECT_NE(checked.error().message.find(" to "), std::string::npos) << checked.error().message;
}

TEST(SettingRange, RefusesEachSettingThatIsNoNumberOrOutOfItsRange) {
    using Sampling = SampleSettings;
    const std::vector<std::pair<float Sampling::*, std::string>> settings{
        {&Sampling::temperature, "The temperature"},
        {&Sampling::topP, "Top-p"},
        {&Sampling::minP, "Min-p"},
        {&Sampling::repetitionPenalty, "The repetition penalty"},
        {&Sampling::presencePenalty, "The presence penalty"},
        {&Sampling::frequencyPenalty, "The frequency penalty"}};
    for (const auto& [member, name] : settings) {
        for (const float bad : {kNan, kInfinity, -kInfinity, -11.0F, 10.5F}) {
            GenerationSettings asked;
            asked.sampling.*member = bad;
            expectRefused(asked, name);
        }
    }
    GenerationSettings asked;
    asked.sampling.topK = -1;
    expectRefused(asked, "Top-k");
    asked = {};
    asked.maximumTokens = 0;
    expectRefused(asked, "The longest reply");
}

TEST(SettingRange, AllowsEveryBound) {
    for (const bool most : {false, true}) {
        const auto bound = [&](const SettingRange& range) {
            return static_cast<float>(most ? range.most : range.least);
        };
        const GenerationSettings asked{
            .sampling = {.temperature = bound(kTemperatureRange),
                         .topK = static_cast<std::int32_t>(bound(kTopKRange)),
                         .topP = bound(kTopPRange),
                         .minP = bound(kMinPRange),
                         .repetitionPenalty = bound(kRepetitionPenaltyRange),
                         .presencePenalty = bound(kPenaltyRange),
                         .frequencyPenalty = bound(kPenaltyRange)},
            .maximumTokens = static_cast<std::int64_t>(bound(kMaximumTokensRange))};
        const auto checked = checkSettings(asked);
        EXPECT_TRUE(checked.has_value()) << checked.error().message;
    }
}

TEST(SettingRange, IsLookedAtBeforeAnythingIsGenerated) {
    auto model = LanguageModel::load({.folder = test::goldenFolder("tiny"), .threads = 2}, {}, {});
    ASSERT_TRUE(model.has_value());
    GenerationSettings asked;
    asked.sampling.temperature = kNan;
    const auto reply = (*model)->generate((*model)->encodeText("Hi"), asked, {}, {});
    ASSERT_FALSE(reply.has_value());
    EXPECT_NE(reply.error().message.find("temperature is nan"), std::string::npos)
        << reply.error().message;
    EXPECT_EQ((*model)->contextUsed(), 0);
}

}  // namespace
}  // namespace dsm
