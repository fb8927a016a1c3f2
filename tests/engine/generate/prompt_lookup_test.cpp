#include "engine/generate/prompt_lookup.h"

#include <gtest/gtest.h>

#include <array>

namespace dsm {
namespace {

using Ids = std::vector<TokenId>;

Ids proposed(const Ids& text, std::size_t leastMatch, std::size_t wanted) {
    PromptLookup lookup(text.size());
    lookup.append(text);
    Ids draft(wanted);
    draft.resize(lookup.propose(leastMatch, draft));
    return draft;
}

TEST(PromptLookup, ProposesWhatFollowedTheSameIds) {
    EXPECT_EQ(proposed({1, 2, 3, 4, 50, 51, 52, 9, 1, 2, 3, 4}, 4, 3), (Ids{50, 51, 52}));
}

TEST(PromptLookup, ProposesNothingWhereTheEndIsNewOrTooShort) {
    EXPECT_EQ(proposed({1, 2, 3, 4, 50, 9, 2, 3, 4}, 4, 2), Ids{});  // three ids agree
    EXPECT_EQ(proposed({1, 2, 3, 4, 50, 9, 2, 3, 4}, 3, 2), (Ids{50, 9}));
    EXPECT_EQ(proposed({1, 2, 3, 4, 5, 6}, 3, 2), Ids{});
    EXPECT_EQ(proposed({1, 2}, 1, 2), Ids{});
    EXPECT_EQ(proposed({}, 1, 2), Ids{});
    EXPECT_EQ(proposed({1, 2, 3, 7, 1, 2, 3}, 3, 0), Ids{});
}

TEST(PromptLookup, PrefersTheLongestOccurrenceAndThenTheLast) {
    // 8 2 3 4 -> 60 agrees in four ids, the later 9 2 3 4 -> 70 in three.
    EXPECT_EQ(proposed({8, 2, 3, 4, 60, 9, 2, 3, 4, 70, 8, 2, 3, 4}, 3, 1), (Ids{60}));
    EXPECT_EQ(proposed({2, 3, 4, 60, 2, 3, 4, 70, 2, 3, 4}, 3, 1), (Ids{70}));
}

TEST(PromptLookup, GoesOnAsATextThatRepeatsItself) {
    EXPECT_EQ(proposed({1, 2, 3, 1, 2, 3, 1, 2, 3}, 3, 7), (Ids{1, 2, 3, 1, 2, 3, 1}));
    EXPECT_EQ(proposed({7, 7, 7, 7, 7}, 3, 4), (Ids{7, 7, 7, 7}));
}

TEST(PromptLookup, FindsTheSameWhetherIdsCameAtOnceOrOneByOne) {
    Ids text;
    for (TokenId i = 0; i < 500; ++i)
        text.push_back(i * i % 23);
    PromptLookup once(text.size());
    once.append(text);
    PromptLookup single(text.size());
    for (const TokenId& id : text)
        single.append({&id, 1});
    std::array<TokenId, 8> first{};
    std::array<TokenId, 8> second{};
    EXPECT_EQ(once.propose(4, first), 8U);
    EXPECT_EQ(single.propose(4, second), 8U);
    EXPECT_EQ(first, second);
}

}  // namespace
}  // namespace dsm
