// Several answers to one prompt, written at once.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/generate/language_model.h"
#include "tests/support/damaged_model.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

std::unique_ptr<LanguageModel> load(const LoadOptions& options) {
    auto model = LanguageModel::load(options, {}, {});
    EXPECT_TRUE(model.has_value()) << model.error().message;
    return model ? std::move(*model) : nullptr;
}

std::unique_ptr<LanguageModel> loadTiny(KvType kv, std::int64_t contextLimit = 0,
                                        const char* backend = "cpu") {
    return load({.folder = test::goldenFolder("tiny"),
                 .backend = backend,
                 .threads = 2,
                 .contextLimit = contextLimit,
                 .kv = kv});
}

GenerationSettings drawn(std::int64_t maximumTokens) {
    return {.sampling = {.temperature = 1.2F, .topP = 0.98F, .frequencyPenalty = 0.2F},
            .maximumTokens = maximumTokens,
            .stopStrings = {}};
}

std::vector<AnswerWish> wishes(std::initializer_list<std::uint64_t> seeds) {
    std::vector<AnswerWish> all;
    for (const std::uint64_t seed : seeds)
        all.push_back({.seed = seed});
    return all;
}

Generation alone(LanguageModel& model, const std::vector<TokenId>& prompt,
                 GenerationSettings settings, std::uint64_t seed) {
    settings.sampling.seed = seed;
    auto result = model.generate(prompt, settings, {}, {});
    EXPECT_TRUE(result.has_value());
    return std::move(*result);
}

class EveryCache : public testing::TestWithParam<KvType> {};

TEST_P(EveryCache, WritesEachAnswerAsItIsWrittenAlone) {
    for (const char* backend : {"reference", "cpu"}) {
        const auto model = loadTiny(GetParam(), 0, backend);
        ASSERT_NE(model, nullptr);
        const auto prompt = model->encodeText("Several answers to this");
        const GenerationSettings settings = drawn(24);
        const auto together =
            model->generateAnswers(prompt, settings, wishes({7, 8, 9, 7}), {}, {});
        ASSERT_TRUE(together.has_value()) << together.error().message;
        ASSERT_EQ(together->size(), 4U);
        std::size_t i = 0;
        for (const std::uint64_t seed : {7, 8, 9, 7}) {
            const Generation expected = alone(*model, prompt, settings, seed);
            const Generation& actual = (*together)[i++];
            EXPECT_EQ(actual.ids, expected.ids) << backend << ", seed " << seed;
            EXPECT_EQ(actual.text, expected.text);
            EXPECT_EQ(actual.reason, expected.reason);
            EXPECT_EQ(actual.statistics.generatedTokens, expected.statistics.generatedTokens);
            EXPECT_EQ(actual.statistics.promptTokens, expected.statistics.promptTokens);
        }
        EXPECT_NE((*together)[0].ids, (*together)[1].ids);
    }
}

INSTANTIATE_TEST_SUITE_P(Types, EveryCache, testing::Values(KvType::F32, KvType::BF16, KvType::Q8),
                         [](const auto& type) { return std::string(name(type.param)); });

// Replies of the demo model end by themselves, each at a length of its own.
TEST(Answers, OfDifferentLengthsEndEachByItself) {
    const auto model = load({.folder = DSM_SOURCE_DIR "/resources/demo_model", .threads = 2});
    ASSERT_NE(model, nullptr);
    const std::vector<ChatMessage> messages{{ChatRole::User, "Why is the sky blue?", {}}};
    const auto prompt = model->encodeChat(messages, 200)->ids;
    GenerationSettings settings = drawn(120);
    settings.sampling.temperature = 3;
    settings.sampling.topP = 1;
    const auto together = model->generateAnswers(prompt, settings, wishes({1, 2, 3}), {}, {});
    ASSERT_TRUE(together.has_value()) << together.error().message;
    std::vector<std::size_t> lengths;
    for (std::size_t i = 0; i < 3; ++i) {
        const Generation expected = alone(*model, prompt, settings, i + 1);
        EXPECT_EQ((*together)[i].ids, expected.ids);
        EXPECT_EQ((*together)[i].reason, expected.reason);
        lengths.push_back(expected.ids.size());
    }
    EXPECT_FALSE(lengths[0] == lengths[1] && lengths[1] == lengths[2]) << lengths[0];
    EXPECT_NE((*together)[0].reason, StopReason::Cancelled);
}

TEST(Answers, StreamExactlyTheTextsTheyReturn) {
    const auto model = loadTiny(KvType::BF16);
    ASSERT_NE(model, nullptr);
    std::vector<std::string> texts(3);
    std::vector<std::vector<TokenId>> ids(3);
    std::vector<int> ended(3);
    const AnswerSink sink{.piece =
                              [&](std::size_t answer, std::string_view text, TokenId id) {
                                  EXPECT_EQ(ended[answer], 0);
                                  texts[answer] += text;
                                  if (id >= 0) ids[answer].push_back(id);
                              },
                          .ended =
                              [&](std::size_t answer, const Generation& generation) {
                                  ++ended[answer];
                                  EXPECT_EQ(generation.text, texts[answer]);
                              }};
    const auto together =
        model->generateAnswers(model->encodeText("Hi"), drawn(30), wishes({1, 2, 3}), sink, {});
    ASSERT_TRUE(together.has_value());
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ((*together)[i].text, texts[i]);
        EXPECT_EQ((*together)[i].ids, ids[i]);
        EXPECT_EQ(ended[i], 1);
        EXPECT_GT((*together)[i].statistics.tokensPerSecond, 0);
    }
}

TEST(Answers, GoOnWhereOneIsStopped) {
    const auto model = loadTiny(KvType::F32);
    ASSERT_NE(model, nullptr);
    const auto prompt = model->encodeText("Hi");
    for (const std::size_t stopped : {0U, 1U, 2U}) {
        std::stop_source stop;
        std::vector<AnswerWish> all = wishes({4, 5, 6});
        all[stopped].stop = stop.get_token();
        std::size_t tokens = 0;
        std::vector<std::size_t> order;
        const AnswerSink sink{
            .piece =
                [&](std::size_t answer, std::string_view, TokenId id) {
                    if (answer == stopped && id >= 0 && ++tokens == 5) stop.request_stop();
                },
            .ended = [&](std::size_t answer, const Generation&) { order.push_back(answer); }};
        const auto together = model->generateAnswers(prompt, drawn(20), all, sink, {});
        ASSERT_TRUE(together.has_value());
        ASSERT_EQ(order.size(), 3U);
        EXPECT_EQ(order.front(), stopped);  // told at once
        for (std::size_t i = 0; i < 3; ++i) {
            const Generation whole = alone(*model, prompt, drawn(20), i + 4);
            const Generation& actual = (*together)[i];
            if (i != stopped) {
                EXPECT_EQ(actual.ids, whole.ids);
                continue;
            }
            EXPECT_EQ(actual.reason, StopReason::Cancelled);
            EXPECT_EQ(actual.ids.size(), 5U);  // within one token
            EXPECT_TRUE(std::equal(actual.ids.begin(), actual.ids.end(), whole.ids.begin()));
        }
    }
}

TEST(Answers, StopAllWithinOneTokenAndKeepWhatTheyHave) {
    const auto model = loadTiny(KvType::F32);
    ASSERT_NE(model, nullptr);
    std::stop_source stop;
    int tokens = 0;
    const auto together =
        model->generateAnswers(model->encodeText("Hi"), drawn(200), wishes({1, 2}),
                               {.piece =
                                    [&](std::size_t, std::string_view, TokenId id) {
                                        if (id >= 0 && ++tokens == 9) stop.request_stop();
                                    }},
                               stop.get_token());
    ASSERT_TRUE(together.has_value());
    EXPECT_EQ((*together)[0].reason, StopReason::Cancelled);
    EXPECT_EQ((*together)[1].reason, StopReason::Cancelled);
    EXPECT_EQ((*together)[0].ids.size(), 5U);
    EXPECT_LE((*together)[1].ids.size(), 5U);
}

TEST(Answers, WriteNothingWhenStoppedBeforeTheStart) {
    const auto model = loadTiny(KvType::F32);
    ASSERT_NE(model, nullptr);
    std::stop_source stop;
    stop.request_stop();
    const auto together = model->generateAnswers(model->encodeText("Hi"), drawn(9), wishes({1, 2}),
                                                 {}, stop.get_token());
    ASSERT_TRUE(together.has_value());
    for (const Generation& answer : *together) {
        EXPECT_EQ(answer.reason, StopReason::Cancelled);
        EXPECT_TRUE(answer.ids.empty());
    }
}

TEST(Answers, EndWhereTheContextIsFull) {
    const auto model = loadTiny(KvType::F32, 24);
    ASSERT_NE(model, nullptr);
    const std::vector<TokenId> prompt(10, 65);
    const auto together = model->generateAnswers(prompt, drawn(100), wishes({1, 2, 3}), {}, {});
    ASSERT_TRUE(together.has_value());
    for (std::size_t i = 0; i < 3; ++i) {
        const Generation expected = alone(*model, prompt, drawn(100), i + 1);
        EXPECT_EQ((*together)[i].ids, expected.ids);
        EXPECT_EQ((*together)[i].reason, expected.reason);
    }
    EXPECT_EQ((*together)[0].reason, StopReason::ContextFull);
    EXPECT_EQ((*together)[0].ids.size(), 15U);  // fourteen positions, and one that needs none
}

TEST(Answers, EndBeforeAStopStringEachInItsOwnText) {
    const auto model = loadTiny(KvType::F32);
    ASSERT_NE(model, nullptr);
    const auto prompt = model->encodeText("Hi");
    GenerationSettings settings = drawn(30);
    const std::string first = alone(*model, prompt, settings, 1).text;
    ASSERT_GT(first.size(), 12U);
    settings.stopStrings = {first.substr(6, 4)};
    const auto together = model->generateAnswers(prompt, settings, wishes({1, 2}), {}, {});
    ASSERT_TRUE(together.has_value());
    EXPECT_EQ((*together)[0].reason, StopReason::StopString);
    EXPECT_EQ((*together)[0].text, first.substr(0, first.find(settings.stopStrings[0])));
    EXPECT_EQ((*together)[1].text, alone(*model, prompt, settings, 2).text);
}

TEST(Answers, LeaveTheFirstOfThemInTheContext) {
    const auto model = loadTiny(KvType::F32);
    ASSERT_NE(model, nullptr);
    auto prompt = model->encodeText("A first text");
    const auto together = model->generateAnswers(prompt, drawn(10), wishes({1, 2}), {}, {});
    ASSERT_TRUE(together.has_value());
    const std::vector<TokenId>& first = (*together)[0].ids;
    prompt.insert(prompt.end(), first.begin(), first.end());
    prompt.push_back(70);
    const auto next = model->generate(prompt, drawn(5), {}, {});
    ASSERT_TRUE(next.has_value());
    EXPECT_EQ(next->statistics.reusedTokens, static_cast<std::int64_t>(prompt.size()) - 2);
}

TEST(Answers, RefuseWhatGenerateRefuses) {
    const auto model = loadTiny(KvType::F32, 16);
    ASSERT_NE(model, nullptr);
    const auto tooLong =
        model->generateAnswers(std::vector<TokenId>(16, 65), drawn(5), wishes({1, 2}), {}, {});
    ASSERT_FALSE(tooLong.has_value());
    EXPECT_NE(tooLong.error().message.find("16 tokens long"), std::string::npos);
    GenerationSettings settings = drawn(5);
    settings.sampling.topP = 2;
    EXPECT_FALSE(model->generateAnswers(std::vector<TokenId>{65}, settings, wishes({1}), {}, {})
                     .has_value());
}

// The place where the numbers went wrong, of each answer that met it.
TEST(Answers, TellOfNumbersThatAreNotFinite) {
    const TemporaryFolder folder;
    const auto model =
        load({.folder = test::damagedModel(folder, {"lm_head.weight", 64 * 65}), .backend = "cpu"});
    ASSERT_NE(model, nullptr);
    const auto together =
        model->generateAnswers(model->encodeText("Hi"), drawn(5), wishes({1, 2}), {}, {});
    ASSERT_TRUE(together.has_value()) << together.error().message;
    for (const Generation& answer : *together) {
        EXPECT_EQ(answer.reason, StopReason::NotFinite);
        EXPECT_NE(answer.problem.find("lm_head.weight"), std::string::npos) << answer.problem;
    }
}

}  // namespace
}  // namespace dsm
