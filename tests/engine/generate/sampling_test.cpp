#include "engine/generate/sampling.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <vector>

namespace dsm {
namespace {

constexpr SampleSettings kEverything{.temperature = 1, .topK = 0, .topP = 1, .minP = 0};

TokenId chooseOnce(Sampler& sampler, std::vector<float> logits) {
    return sampler.choose(logits);
}

// How often each id comes in many draws from the same logits.
std::map<TokenId, double> shares(const SampleSettings& settings, const std::vector<float>& logits) {
    constexpr int kDraws = 20000;
    Sampler sampler(settings, static_cast<std::int64_t>(logits.size()));
    std::map<TokenId, double> result;
    for (int i = 0; i < kDraws; ++i)
        result[chooseOnce(sampler, logits)] += 1.0 / kDraws;
    return result;
}

std::set<TokenId> drawn(const SampleSettings& settings, const std::vector<float>& logits) {
    std::set<TokenId> ids;
    for (const auto& [id, share] : shares(settings, logits))
        ids.insert(id);
    return ids;
}

// ln of 0.5, 0.25, 0.15, 0.1
const std::vector<float> kLogits{std::log(0.5F), std::log(0.25F), std::log(0.15F), std::log(0.1F)};

TEST(Sampling, IsGreedyAtTemperatureZero) {
    Sampler sampler({.temperature = 0}, 4);
    EXPECT_EQ(chooseOnce(sampler, {1, 3, 2, 3}), 1);  // the lower of two equal ones
}

TEST(Sampling, NeverDrawsPadding) {
    Sampler greedy({.temperature = 0}, 2);
    EXPECT_EQ(chooseOnce(greedy, {1, 2, 99}), 1);
    Sampler free({.temperature = 5, .topP = 1}, 2);
    for (int i = 0; i < 1000; ++i)
        EXPECT_LT(chooseOnce(free, {1, 2, 99}), 2);
}

TEST(Sampling, DrawsInProportionToTheProbabilities) {
    const auto share = shares(kEverything, kLogits);
    EXPECT_NEAR(share.at(0), 0.5, 0.02);
    EXPECT_NEAR(share.at(1), 0.25, 0.02);
    EXPECT_NEAR(share.at(2), 0.15, 0.02);
    EXPECT_NEAR(share.at(3), 0.1, 0.02);
}

TEST(Sampling, SharpensWithALowTemperature) {
    SampleSettings settings = kEverything;
    settings.temperature = 0.5F;  // squares the probabilities
    const auto share = shares(settings, kLogits);
    EXPECT_NEAR(share.at(0), 0.25 / (0.25 + 0.0625 + 0.0225 + 0.01), 0.02);
}

TEST(Sampling, KeepsTheKLargest) {
    SampleSettings settings = kEverything;
    settings.topK = 2;
    EXPECT_EQ(drawn(settings, kLogits), (std::set<TokenId>{0, 1}));
}

TEST(Sampling, KeepsTheSmallestSetOfTotalProbabilityP) {
    SampleSettings settings = kEverything;
    settings.topP = 0.7F;  // 0.5 is not enough, 0.75 is
    EXPECT_EQ(drawn(settings, kLogits), (std::set<TokenId>{0, 1}));
    settings.topP = 0.8F;
    EXPECT_EQ(drawn(settings, kLogits), (std::set<TokenId>{0, 1, 2}));
    settings.topP = 1e-6F;  // always at least one
    EXPECT_EQ(drawn(settings, kLogits), (std::set<TokenId>{0}));
}

TEST(Sampling, LeavesOutWhatIsFarBelowTheBest) {
    SampleSettings settings = kEverything;
    settings.minP = 0.4F;  // of 0.5: keeps 0.25, not 0.15
    EXPECT_EQ(drawn(settings, kLogits), (std::set<TokenId>{0, 1}));
}

TEST(Sampling, PenalisesRepetitionInPromptAndReply) {
    Sampler sampler({.temperature = 0, .repetitionPenalty = 2}, 3);
    sampler.rememberPrompt(std::array{0});
    EXPECT_EQ(chooseOnce(sampler, {3, 2, -1}), 1);  // 3 / 2 < 2
    sampler.rememberReply(1);
    EXPECT_EQ(chooseOnce(sampler, {3, 2, 1.4F}), 0);  // 1.5, 1, 1.4
    sampler.rememberReply(2);
    EXPECT_EQ(chooseOnce(sampler, {-1, -2, -0.6F}), 2);  // a negative logit moves down: -1.2 > -2
}

TEST(Sampling, PenalisesPresenceOnceAndFrequencyEachTime) {
    Sampler presence({.temperature = 0, .presencePenalty = 1}, 2);
    presence.rememberReply(0);
    presence.rememberReply(0);
    EXPECT_EQ(chooseOnce(presence, {3, 1.5F}), 0);  // 3 - 1
    Sampler frequency({.temperature = 0, .frequencyPenalty = 1}, 2);
    frequency.rememberReply(0);
    frequency.rememberReply(0);
    EXPECT_EQ(chooseOnce(frequency, {3, 1.5F}), 1);  // 3 - 2
}

TEST(Sampling, PenalisesOnlyTheReplyForPresence) {
    Sampler sampler({.temperature = 0, .presencePenalty = 5, .frequencyPenalty = 5}, 2);
    sampler.rememberPrompt(std::array{0});
    EXPECT_EQ(chooseOnce(sampler, {3, 2}), 0);
}

TEST(Sampling, RepeatsItselfForEqualSeedsOnly) {
    const std::vector<float> flat(1000, 0.0F);
    const auto draw = [&](std::uint64_t seed) {
        SampleSettings settings = kEverything;
        settings.seed = seed;
        Sampler sampler(settings, 1000);
        std::vector<TokenId> ids;
        for (int i = 0; i < 20; ++i)
            ids.push_back(chooseOnce(sampler, flat));
        return ids;
    };
    EXPECT_EQ(draw(7), draw(7));
    EXPECT_NE(draw(7), draw(8));
}

TEST(Sampling, ChoosesNothingFromLogitsThatAreNotFinite) {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    for (const float bad : {kInfinity, -kInfinity, std::nanf("")}) {
        for (const float temperature : {0.0F, 1.0F}) {
            Sampler sampler({.temperature = temperature, .topP = 0.9F}, 3);
            EXPECT_EQ(chooseOnce(sampler, {1, bad, 2}), kNotFinite);
            EXPECT_GE(chooseOnce(sampler, {1, 2, 3, bad}), 0);  // padding
        }
    }
}

}  // namespace
}  // namespace dsm
