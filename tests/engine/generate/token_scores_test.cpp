#include "engine/generate/token_scores.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "engine/generate/language_model.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

constexpr std::int64_t kVocab = 352;  // rows of tiny, of which 319 are tokens

std::unique_ptr<LanguageModel> load(const char* backend = "cpu", std::int64_t contextLimit = 0) {
    auto model = LanguageModel::load({.folder = test::goldenFolder("tiny"),
                                      .backend = backend,
                                      .threads = 2,
                                      .contextLimit = contextLimit,
                                      .kv = KvType::F32},
                                     {}, {});
    if (!model) {
        ADD_FAILURE() << model.error().message;
        return nullptr;
    }
    return std::move(*model);
}

// What PyTorch computed in float64, and the softmax of it by its definition.
struct Expected {
    std::vector<std::int32_t> ids;
    std::vector<float> logits;  // [T, V]

    double logProbability(std::size_t after, std::int32_t id) const {
        const auto row = logits.begin() + static_cast<std::ptrdiff_t>(after) * kVocab;
        long double sum = 0;
        for (auto logit = row; logit != row + kVocab; ++logit)
            sum += std::exp(static_cast<long double>(*logit));
        return static_cast<double>(static_cast<long double>(row[id]) - std::log(sum));
    }
};

Expected golden() {
    const test::Golden file({"tiny/golden.safetensors"});
    return {file.integers("input_ids"), file.floats("logits")};
}

class EveryBackend : public testing::TestWithParam<const char*> {};

TEST_P(EveryBackend, ScoresEachTokenAsPyTorchDoes) {
    const auto model = load(GetParam());
    ASSERT_NE(model, nullptr);
    const Expected expected = golden();
    const auto scores = model->score(expected.ids, {}, {});
    ASSERT_TRUE(scores.has_value()) << scores.error().message;
    ASSERT_EQ(scores->size(), expected.ids.size());
    EXPECT_FALSE(scores->front().logProbability.has_value());
    for (std::size_t i = 1; i < scores->size(); ++i) {
        EXPECT_EQ((*scores)[i].id, expected.ids[i]);
        ASSERT_TRUE((*scores)[i].logProbability.has_value());
        EXPECT_NEAR(*(*scores)[i].logProbability, expected.logProbability(i - 1, expected.ids[i]),
                    2e-4)
            << "token " << i;
    }
}

TEST_P(EveryBackend, GivesTheLikeliestTokensAtEachPlaceInTheirOrder) {
    const auto model = load(GetParam());
    ASSERT_NE(model, nullptr);
    const Expected expected = golden();
    const auto scores = model->score(expected.ids, {.likeliest = 50}, {});
    ASSERT_TRUE(scores.has_value());
    for (std::size_t i = 1; i < scores->size(); ++i) {
        const auto& likeliest = (*scores)[i].likeliest;
        ASSERT_EQ(likeliest.size(), 50U);
        for (std::size_t k = 0; k < likeliest.size(); ++k) {
            EXPECT_LT(likeliest[k].id, 319);
            if (k > 0) {
                EXPECT_GE(likeliest[k - 1].logProbability, likeliest[k].logProbability);
            }
            EXPECT_NEAR(likeliest[k].logProbability,
                        expected.logProbability(i - 1, likeliest[k].id), 2e-4);
        }
        // None that was left out is likelier than the last of them.
        for (std::int32_t id = 0; id < 319; ++id) {
            const bool isThere = std::ranges::any_of(
                likeliest, [id](const LikelyToken& token) { return token.id == id; });
            if (!isThere) {
                EXPECT_LE(expected.logProbability(i - 1, id),
                          likeliest.back().logProbability + 2e-4);
            }
        }
    }
}

TEST_P(EveryBackend, GivesTheSameLikeliestTokensAfterAText) {
    const auto model = load(GetParam());
    ASSERT_NE(model, nullptr);
    const Expected expected = golden();
    const auto after = model->likeliestAfter(expected.ids, 50, {});
    ASSERT_TRUE(after.has_value());
    ASSERT_EQ(after->size(), 50U);
    for (const LikelyToken& token : *after) {
        EXPECT_NEAR(token.logProbability,
                    expected.logProbability(expected.ids.size() - 1, token.id), 2e-4);
    }
}

#if defined(__SANITIZE_THREAD__)  // the reference has no threads, and takes minutes there
INSTANTIATE_TEST_SUITE_P(Backends, EveryBackend, testing::Values("cpu"));
#else
INSTANTIATE_TEST_SUITE_P(Backends, EveryBackend, testing::Values("reference", "cpu"));
#endif

TEST(TokenScores, OfTheRestOfATextAreThoseOfTheWhole) {
    const auto model = load();
    ASSERT_NE(model, nullptr);
    const Expected expected = golden();
    const auto whole = model->score(expected.ids, {}, {});
    ASSERT_TRUE(whole.has_value());
    for (const std::size_t from : {1U, 2U, 17U, 39U}) {
        const auto rest = model->score(expected.ids, {.from = from}, {});
        ASSERT_TRUE(rest.has_value());
        ASSERT_EQ(rest->size(), whole->size() - from);
        for (std::size_t i = 0; i < rest->size(); ++i) {
            EXPECT_EQ((*rest)[i].id, (*whole)[from + i].id);
            EXPECT_NEAR(*(*rest)[i].logProbability, *(*whole)[from + i].logProbability, 1e-4);
        }
    }
    EXPECT_TRUE(model->score(expected.ids, {.from = 40}, {})->empty());
}

TEST(TokenScores, ReadNothingAgainThatTheContextHolds) {
    const auto model = load();
    ASSERT_NE(model, nullptr);
    const Expected expected = golden();
    ASSERT_TRUE(model->score(expected.ids, {}, {}).has_value());
    std::int64_t least = 1000;
    std::int64_t passes = 0;
    model->onPassRead([&](std::int64_t positions) {
        least = std::min(least, positions);
        ++passes;
    });
    ASSERT_TRUE(model->score(expected.ids, {.from = 38}, {}).has_value());
    EXPECT_EQ(passes, 1);
    EXPECT_EQ(least, 39);  // the last token has nothing after it
    EXPECT_EQ(model->contextUsed(), 39);
}

TEST(TokenScores, LeaveTheModelReadyToWriteOn) {
    const auto model = load();
    ASSERT_NE(model, nullptr);
    const auto prompt = model->encodeText("Hello");
    const GenerationSettings greedy{.sampling = {.temperature = 0}, .maximumTokens = 12};
    const auto before = model->generate(prompt, greedy, {}, {});
    ASSERT_TRUE(model->score(golden().ids, {.likeliest = 3}, {}).has_value());
    const auto likeliest = model->likeliestAfter(prompt, 1, {});
    const auto after = model->generate(prompt, greedy, {}, {});
    ASSERT_TRUE(before && after && likeliest);
    EXPECT_EQ(before->ids, after->ids);
    EXPECT_EQ(likeliest->front().id, before->ids.front());
}

TEST(TokenScores, EndWhenTheyAreAskedTo) {
    const auto model = load();
    ASSERT_NE(model, nullptr);
    std::stop_source stop;
    std::int64_t passes = 0;
    model->onPassRead([&](std::int64_t) {
        if (++passes == 1) stop.request_stop();
    });
    const auto scores = model->score(golden().ids, {}, stop.get_token());
    ASSERT_FALSE(scores.has_value());
    EXPECT_EQ(scores.error().code, ErrorCode::Cancelled);
    EXPECT_EQ(passes, 1);
    const auto likeliest = model->likeliestAfter(golden().ids, 5, stop.get_token());
    ASSERT_FALSE(likeliest.has_value());
    EXPECT_EQ(likeliest.error().code, ErrorCode::Cancelled);
}

TEST(TokenScores, OfATextThatIsLongerThanTheContextAreRefusedWithNumbers) {
    const auto model = load("cpu", 32);
    ASSERT_NE(model, nullptr);
    const Expected expected = golden();
    const auto refused = model->score(expected.ids, {}, {});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::Unsupported);
    EXPECT_NE(refused.error().message.find("40"), std::string::npos);
    EXPECT_NE(refused.error().message.find("32"), std::string::npos);
    const auto whole = model->score(std::span(expected.ids).first(32), {}, {});
    ASSERT_TRUE(whole.has_value());
    EXPECT_EQ(whole->size(), 32U);
}

TEST(TokenScores, OfOneTokenNeedNoModel) {
    const auto model = load();
    ASSERT_NE(model, nullptr);
    const std::vector<TokenId> one{316};
    const auto scores = model->score(one, {}, {});
    ASSERT_TRUE(scores.has_value());
    ASSERT_EQ(scores->size(), 1U);
    EXPECT_FALSE(scores->front().logProbability.has_value());
}

TEST(LogSumExp, HoldsWhereTheSumWouldOverflow) {
    const std::vector<float> large(4, 1000.0F);
    EXPECT_NEAR(logSumExp(large), 1000 + std::log(4.0), 1e-9);
    const std::vector<float> small(4, -1000.0F);
    EXPECT_NEAR(logSumExp(small), -1000 + std::log(4.0), 1e-9);
}

TEST(LikeliestTokens, AreTheLowerIdFirstWhereTwoAreAlike) {
    const std::vector<float> logits{1, 3, 3, 2, 9};
    const auto likeliest = likeliestTokens(logits, 4, 3);
    ASSERT_EQ(likeliest.size(), 3U);
    EXPECT_EQ(likeliest[0].id, 1);
    EXPECT_EQ(likeliest[1].id, 2);
    EXPECT_EQ(likeliest[2].id, 3);
    EXPECT_EQ(likeliestTokens(logits, 4, 50).size(), 4U);
}

}  // namespace
}  // namespace dsm
