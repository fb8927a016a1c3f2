#include "engine/generate/look_ahead.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

// Every pass takes as long, however many tokens it reads: guesses are always worth it.
double tick() {
    static double now = 0;
    return now += 1;
}

struct Case {
    const char* name;
    KvType kv;
};

std::unique_ptr<Model> load(const Case& c, std::int64_t contextLimit = 128,
                            std::int64_t microBatchTokens = 64) {
    auto model = Model::load({.folder = test::goldenFolder(c.name),
                              .backend = "cpu",
                              .threads = 2,
                              .contextLimit = contextLimit,
                              .kv = c.kv,
                              .microBatchTokens = microBatchTokens},
                             {}, {});
    EXPECT_TRUE(model.has_value()) << model.error().message;
    return model ? std::move(*model) : nullptr;
}

// A text that repeats itself, with a change in it.
std::vector<TokenId> repetitive() {
    std::vector<TokenId> ids;
    for (int round = 0; round < 4; ++round) {
        for (TokenId i = 0; i < 24; ++i)
            ids.push_back(40 + (i * 7) % 100);
        ids[ids.size() - 10] = 20 + round;
    }
    return ids;
}

using Rows = std::vector<std::vector<float>>;

// The logits after each id of the text from `from` on.
Rows readOn(Model& model, std::span<const TokenId> text, std::size_t from, bool guesses,
            LookAheadCounts* counts = nullptr) {
    model.rewind(0);
    EXPECT_TRUE(model.read(text.first(from), {}).has_value());
    Rows rows;
    {
        LookAhead ahead(model, text.first(from), static_cast<std::int64_t>(text.size() - from),
                        guesses, &tick);
        for (const TokenId id : text.subspan(from)) {
            const auto logits = ahead.read(id, {});
            EXPECT_TRUE(logits.has_value());
            if (!logits) break;
            rows.emplace_back(logits->begin(), logits->end());
            std::fill(logits->begin(), logits->end(), 0.0F);  // as who chooses may
        }
        if (counts != nullptr) *counts = ahead.counts();
    }
    return rows;
}

TEST(LookAhead, GivesTheBitsOfTokensReadOneByOne) {
    const std::vector<TokenId> text = repetitive();
    for (const Case& c : {Case{"tiny", KvType::F32}, Case{"tiny", KvType::BF16},
                          Case{"tiny", KvType::Q8}, Case{"tiny_gqa", KvType::BF16}}) {
        const auto model = load(c);
        ASSERT_NE(model, nullptr);
        LookAheadCounts counts;
        const Rows ahead = readOn(*model, text, 24, true, &counts);
        EXPECT_EQ(model->cache().size(), static_cast<std::int64_t>(text.size()));
        const Rows alone = readOn(*model, text, 24, false);
        EXPECT_TRUE(ahead == alone) << c.name;
        EXPECT_LT(counts.passes, 40);  // of 72 tokens
        EXPECT_GT(counts.right, 32);
        EXPECT_LT(counts.right, counts.guessed);  // the changes were guessed wrong
    }
}

TEST(LookAhead, ForgetsWrongGuessesWhenItEnds) {
    const auto model = load({"tiny", KvType::BF16});
    ASSERT_NE(model, nullptr);
    std::vector<TokenId> text = repetitive();
    text.resize(24 + 24 + 6);  // ends within a guess
    readOn(*model, text, 24, true);
    EXPECT_EQ(model->cache().size(), static_cast<std::int64_t>(text.size()));
    const std::vector<TokenId> more{45, 46};
    const auto after = *model->read(more, {});
    const std::vector<float> kept(after.begin(), after.end());
    readOn(*model, text, 24, false);
    const auto fresh = *model->read(more, {});
    EXPECT_TRUE(std::equal(kept.begin(), kept.end(), fresh.begin(), fresh.end()));
}

TEST(LookAhead, GuessesNoMoreThanAPassAndTheContextHaveRoomFor) {
    const std::vector<TokenId> text = repetitive();
    const auto model = load({"tiny", KvType::BF16}, static_cast<std::int64_t>(text.size()), 4);
    ASSERT_NE(model, nullptr);
    LookAheadCounts counts;
    const Rows ahead = readOn(*model, text, 24, true, &counts);
    EXPECT_EQ(ahead.size(), text.size() - 24);
    EXPECT_GT(counts.right, 24);
    EXPECT_TRUE(ahead == readOn(*model, text, 24, false));
}

TEST(LookAhead, StopsBeforeALayerAndLeavesTheContextAsItWas) {
    const std::vector<TokenId> text = repetitive();
    const auto model = load({"tiny", KvType::BF16});
    ASSERT_NE(model, nullptr);
    ASSERT_TRUE(model->read(std::span(text).first(48), {}).has_value());
    std::stop_source stop;
    stop.request_stop();
    LookAhead ahead(*model, std::span(text).first(48), 24, true, &tick);
    EXPECT_FALSE(ahead.read(text[48], stop.get_token()).has_value());
    EXPECT_EQ(model->cache().size(), 48);
}

}  // namespace
}  // namespace dsm
