#include "engine/serve/batch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "engine/serve/reply_board.h"
#include "tests/support/dice.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

std::unique_ptr<LanguageModel> loadTiny(std::int64_t context = 0) {
    auto model = LanguageModel::load({.folder = test::goldenFolder("tiny"),
                                      .backend = "cpu",
                                      .threads = 2,
                                      .contextLimit = context},
                                     {}, {});
    EXPECT_TRUE(model.has_value()) << model.error().message;
    return model ? std::move(*model) : nullptr;
}

std::vector<TokenId> someIds(std::uint64_t seed, std::size_t count) {
    Dice dice(seed);
    std::vector<TokenId> ids;
    for (std::size_t i = 0; i < count; ++i)
        ids.push_back(static_cast<TokenId>(dice.below(300)));
    return ids;
}

Order order(std::vector<TokenId> prompt, std::int64_t maximumTokens, std::uint64_t seed = 0,
            float temperature = 0) {
    return {.prompt = std::move(prompt),
            .settings = {.sampling = {.temperature = temperature, .topP = 0.98F, .seed = seed},
                         .maximumTokens = maximumTokens,
                         .stopStrings = {}}};
}

// One request of one order in a batch.
struct Asked {
    std::shared_ptr<ReplyBoard> board = std::make_shared<ReplyBoard>(1);

    Asked(Batch& batch, Order wanted) { batch.add(std::move(wanted), board->sink(0)); }
    ReplyState state() const {
        ReplyState copy;
        board->read([&](std::span<const ReplyState> states) { copy = states.front(); });
        return copy;
    }
    std::vector<TokenId> ids() const {
        const ReplyState now = state();
        return now.end && *now.end ? (*now.end)->ids : std::vector<TokenId>{-1};
    }
};

void finish(Batch& batch) {
    while (batch.hasWork())
        batch.step({});
}

std::vector<TokenId> alone(LanguageModel& model, const Order& wanted) {
    const auto written = model.generate(wanted.prompt, wanted.settings, {}, {});
    EXPECT_TRUE(written.has_value());
    return written ? written->ids : std::vector<TokenId>();
}

TEST(Batch, WritesForEachWhatItWouldBeWrittenAlone) {
    const auto model = loadTiny();
    ASSERT_NE(model, nullptr);
    std::vector<Order> orders;
    for (std::uint64_t i = 0; i < 7; ++i)
        orders.push_back(order(someIds(i, 3 + 20 * i), 10 + static_cast<std::int64_t>(3 * i), i,
                               i % 2 == 0 ? 0.0F : 1.3F));
    std::vector<std::vector<TokenId>> expected;
    for (const Order& each : orders)
        expected.push_back(alone(*model, each));
    for (const std::size_t streams : {1, 3, 7}) {
        Batch batch(*model, streams);
        std::vector<Asked> asked;
        // They come while others are being read and written.
        for (const Order& each : orders) {
            asked.emplace_back(batch, each);
            batch.step({});
        }
        finish(batch);
        for (std::size_t i = 0; i < orders.size(); ++i)
            EXPECT_EQ(asked[i].ids(), expected[i]) << "order " << i << " of " << streams;
        EXPECT_EQ(batch.figures().waiting + batch.figures().writing + batch.figures().reading, 0U);
    }
}
TEST(Batch, WritesATokenOfEachInOnePass) {
    const auto model = loadTiny();
    Batch batch(*model, 4);
    std::vector<Asked> asked;
    for (std::uint64_t i = 0; i < 4; ++i)
        asked.emplace_back(batch, order(someIds(i, 5), 20));
    finish(batch);
    std::size_t longest = 0;
    std::size_t all = 0;
    for (const Asked& each : asked) {
        longest = std::max(longest, each.ids().size());
        all += each.ids().size();
    }
    EXPECT_EQ(batch.figures().promptTokens, 20U);
    EXPECT_LE(batch.figures().passes, longest + 4) << "four prompts, and then all at once";
    EXPECT_GT(all, longest) << "several wrote something";
}

TEST(Batch, ReadsASharedBeginningOnce) {
    const auto model = loadTiny();
    Batch batch(*model, 3);
    const auto shared = someIds(1, 60);
    std::vector<Asked> asked;
    std::vector<Order> orders;
    for (std::uint64_t i = 0; i < 5; ++i) {
        auto prompt = shared;
        const auto own = someIds(10 + i, 4);
        prompt.insert(prompt.end(), own.begin(), own.end());
        orders.push_back(order(prompt, 6));
        asked.emplace_back(batch, orders.back());
    }
    finish(batch);
    EXPECT_GE(batch.figures().reusedTokens, 4 * shared.size()) << "of all but the first";
    for (std::size_t i = 0; i < orders.size(); ++i)
        EXPECT_EQ(asked[i].ids(), alone(*model, orders[i])) << i;
}

Order scored(std::vector<TokenId> prompt, std::size_t likeliest, std::int64_t maximumTokens) {
    Order wanted = order(std::move(prompt), std::max<std::int64_t>(1, maximumTokens));
    wanted.writes = maximumTokens > 0;
    wanted.scoresPrompt = true;
    wanted.likeliest = likeliest;
    return wanted;
}

void expectScores(const std::vector<TokenScore>& actual, const std::vector<TokenScore>& expected) {
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i) {
        EXPECT_EQ(actual[i].id, expected[i].id);
        EXPECT_EQ(actual[i].logProbability, expected[i].logProbability) << i;
        ASSERT_EQ(actual[i].likeliest.size(), expected[i].likeliest.size()) << i;
        for (std::size_t k = 0; k < actual[i].likeliest.size(); ++k) {
            EXPECT_EQ(actual[i].likeliest[k].id, expected[i].likeliest[k].id);
            EXPECT_EQ(actual[i].likeliest[k].logProbability,
                      expected[i].likeliest[k].logProbability);
        }
    }
}

// Also where a part of them was scored for another before, with more or fewer likeliest.
TEST(Batch, ScoresPromptsAsTheyAreScoredAloneToTheBit) {
    const auto model = loadTiny();
    Batch batch(*model, 3);
    const auto question = someIds(3, 40);
    std::vector<std::vector<TokenId>> prompts;
    for (std::uint64_t i = 0; i < 4; ++i) {
        prompts.push_back(question);
        const auto choice = someIds(20 + i, 1 + i);
        prompts.back().insert(prompts.back().end(), choice.begin(), choice.end());
    }
    prompts.push_back(prompts.front());
    const Asked company(batch, order(someIds(9, 6), 30));
    std::vector<Asked> asked;
    for (const std::size_t likeliest : {2, 1, 5}) {
        asked.clear();
        for (const auto& prompt : prompts)
            asked.emplace_back(batch, scored(prompt, likeliest, 1));
        finish(batch);
        for (std::size_t i = 0; i < prompts.size(); ++i) {
            const auto expected = model->score(prompts[i], {.likeliest = likeliest}, {});
            ASSERT_TRUE(expected.has_value());
            expectScores(asked[i].state().prompt, *expected);
            EXPECT_LE(asked[i].ids().size(), 1U);
            ASSERT_GE(asked[i].state().tokens.size(), 1U);
            EXPECT_TRUE(asked[i].state().tokens.front().score.has_value());
        }
    }
    EXPECT_GT(batch.figures().reusedTokens, 4 * (question.size() - 1));
}

TEST(Batch, WritesNothingWhereOnlyScoresAreWanted) {
    const auto model = loadTiny();
    Batch batch(*model, 1);
    const Asked asked(batch, scored(someIds(1, 8), 0, 0));
    finish(batch);
    const ReplyState state = asked.state();
    EXPECT_EQ(state.prompt.size(), 8U);
    EXPECT_TRUE(state.tokens.empty());
    ASSERT_TRUE(state.end && *state.end);
    EXPECT_EQ((*state.end)->reason, StopReason::MaximumTokens);
}

TEST(Batch, TellsTheTokenThatEndsAText) {
    const auto model = loadTiny();
    Batch batch(*model, 1);
    Order wanted = order(someIds(2, 5), 10);
    wanted.likeliest = 0;
    wanted.bias = {{model->tokenizer().eosId(), 100.0F}};
    const Asked asked(batch, wanted);
    finish(batch);
    const ReplyState state = asked.state();
    ASSERT_EQ(state.tokens.size(), 1U);
    EXPECT_EQ(state.tokens.front().id, model->tokenizer().eosId());
    EXPECT_TRUE(state.tokens.front().score.has_value());
    EXPECT_EQ((*state.end)->reason, StopReason::EndOfText);
    EXPECT_TRUE((*state.end)->ids.empty());
}

TEST(Batch, EndsWithinATokenForWhoWantsNoMore) {
    const auto model = loadTiny();
    Batch batch(*model, 2);
    const Asked stays(batch, order(someIds(1, 5), 12));
    const Asked goes(batch, order(someIds(2, 5), 200));
    for (int i = 0; i < 6; ++i)
        batch.step({});
    const std::size_t before = goes.state().tokens.size();
    goes.board->abandon();
    batch.step({});
    EXPECT_EQ(goes.state().tokens.size(), before);
    ASSERT_TRUE(goes.state().end.has_value());
    finish(batch);
    EXPECT_EQ(stays.ids(), alone(*model, order(someIds(1, 5), 12)));
}

TEST(Batch, NeverBeginsWhatNobodyWantsAnyMore) {
    const auto model = loadTiny();
    Batch batch(*model, 1);
    const Asked first(batch, order(someIds(1, 5), 3));
    const Asked second(batch, order(someIds(2, 5), 3));
    second.board->abandon();
    finish(batch);
    EXPECT_EQ(batch.figures().promptTokens, 5U);
    ASSERT_TRUE(second.state().end.has_value());
    EXPECT_FALSE(second.state().end->has_value());
}

TEST(Batch, EndsAtTheEndOfTheContext) {
    const auto model = loadTiny(64);
    Batch batch(*model, 2);
    const Asked asked(batch, order(someIds(4, 60), 50));
    finish(batch);
    const ReplyState state = asked.state();
    ASSERT_TRUE(state.end && *state.end);
    const auto expected = model->generate(someIds(4, 60), order({}, 50).settings, {}, {});
    EXPECT_EQ((*state.end)->reason, expected->reason);
    EXPECT_EQ((*state.end)->ids, expected->ids);
}

TEST(Batch, EndsAllWhenItIsStopped) {
    const auto model = loadTiny();
    Batch batch(*model, 1);
    const Asked first(batch, order(someIds(1, 5), 100));
    const Asked second(batch, order(someIds(2, 5), 100));
    batch.step({});
    batch.stop();
    EXPECT_FALSE(batch.hasWork());
    for (const Asked* asked : {&first, &second}) {
        ASSERT_TRUE(asked->state().end.has_value());
        EXPECT_FALSE(asked->state().end->has_value());
    }
}

}  // namespace
}  // namespace dsm
