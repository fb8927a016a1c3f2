#include "engine/text/literal_matcher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

namespace dsm {
namespace {

TEST(LiteralMatcher, FindsTheLongestAtTheFirstPlace) {
    const LiteralMatcher matcher(std::vector<LiteralMatcher::Literal>{
        {"ab", 1}, {"abcd", 2}, {"b", 3}, {"\xC3\xB8", 4}, {"abce", 5}});
    const auto found = [&](std::string_view text, std::size_t from = 0) {
        const auto match = matcher.find(text, from);
        return std::tuple(match.begin, match.end, match.id);
    };
    EXPECT_EQ(found("xabc"), std::tuple(1U, 3U, 1));
    EXPECT_EQ(found("xabcde"), std::tuple(1U, 5U, 2));
    EXPECT_EQ(found("abce"), std::tuple(0U, 4U, 5));
    EXPECT_EQ(found("abcf", 1), std::tuple(1U, 2U, 3));
    EXPECT_EQ(found("x\xC3\xB8"), std::tuple(1U, 3U, 4));
    EXPECT_EQ(found("xyz"), std::tuple(3U, 3U, -1));
    EXPECT_EQ(found(""), std::tuple(0U, 0U, -1));
    EXPECT_EQ(LiteralMatcher().find("ab", 0).id, -1);
}

TEST(LiteralMatcher, FindsWhatLookingForEachOneFinds) {
    std::mt19937 random(1);
    const auto word = [&](std::size_t most) {
        std::string text(1 + random() % most, ' ');
        for (char& c : text)
            c = "ab\xff"[random() % 3];
        return text;
    };
    for (int round = 0; round < 200; ++round) {
        std::map<std::string, TokenId> literals;
        while (literals.size() < 8)
            literals.emplace(word(5), static_cast<TokenId>(literals.size()));
        std::vector<LiteralMatcher::Literal> list;
        for (const auto& [text, id] : literals)
            list.push_back({text, id});
        std::shuffle(list.begin(), list.end(), random);
        const LiteralMatcher matcher(list);
        const std::string text = word(40);
        std::size_t begin = 0;
        TokenId best = -1;
        std::size_t length = 0;
        for (; begin < text.size() && best < 0; ++begin) {
            for (const auto& [literal, id] : literals) {
                if (text.compare(begin, literal.size(), literal) != 0) continue;
                if (literal.size() > length) best = id;
                length = std::max(length, literal.size());
            }
        }
        const auto match = matcher.find(text, 0);
        EXPECT_EQ(match.id, best) << text;
        if (best < 0) continue;
        EXPECT_EQ(match.begin, begin - 1);
        EXPECT_EQ(match.end - match.begin, length);
    }
}

}  // namespace
}  // namespace dsm
