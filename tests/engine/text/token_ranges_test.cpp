#include "engine/text/token_ranges.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/text/tokenizer_load.h"
#include "engine/text/utf8.h"
#include "tests/engine/text/tokenizer_folders.h"

namespace dsm {
namespace {

using test::mustLoad;
using test::sourceFolder;

std::unique_ptr<Tokenizer> bytes() {
    return mustLoad(sourceFolder() / "tests/golden/tiny");
}

std::unique_ptr<Tokenizer> pieces() {
    return mustLoad(sourceFolder() / "tests/golden/sentencepiece");
}

std::string at(std::string_view text, const TokenRange& range) {
    return std::string(text.substr(range.begin, range.end - range.begin));
}

TEST(TokenRanges, FollowEachOtherThroughAPlainText) {
    const auto tokenizer = bytes();
    ASSERT_NE(tokenizer, nullptr);
    const std::string text = "The plain text, with  two spaces\nand a line.";
    const auto ids = tokenizer->encode(text);
    const auto ranges = tokenRanges(*tokenizer, text, ids);
    ASSERT_EQ(ranges.size(), ids.size());
    std::size_t end = 0;
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        EXPECT_EQ(ranges[i].begin, end);
        EXPECT_EQ(at(text, ranges[i]), tokenizer->tokenBytes(ids[i]));
        end = ranges[i].end;
    }
    EXPECT_EQ(end, text.size());
}

TEST(TokenRanges, OfPartsOfACharacterAreTheWholeCharacter) {
    const auto tokenizer = bytes();
    ASSERT_NE(tokenizer, nullptr);
    const std::string text = "a\xF0\x9F\x98\x80z";  // an emoji, whose four bytes are four tokens
    const auto ids = tokenizer->encode(text);
    ASSERT_EQ(ids.size(), 6U);
    const auto ranges = tokenRanges(*tokenizer, text, ids);
    EXPECT_EQ(ranges[0], (TokenRange{0, 1}));
    for (std::size_t i = 1; i <= 4; ++i)
        EXPECT_EQ(ranges[i], (TokenRange{1, 5})) << i;
    EXPECT_EQ(ranges[5], (TokenRange{5, 6}));
}

TEST(TokenRanges, OfATokenThatSpellsNothingAreEmpty) {
    const auto tokenizer = bytes();
    ASSERT_NE(tokenizer, nullptr);
    std::vector<TokenId> ids{tokenizer->bosId()};
    tokenizer->encode("ab", ids);
    const auto ranges = tokenRanges(*tokenizer, "ab", ids);
    EXPECT_EQ(ranges[0], (TokenRange{0, 0}));
    EXPECT_EQ(ranges[1].begin, 0U);
    EXPECT_EQ(ranges.back().end, 2U);
}

TEST(TokenRanges, LeaveOutTheSpaceThatAnEncoderAdds) {
    const auto tokenizer = pieces();
    ASSERT_NE(tokenizer, nullptr);
    const std::string text = "hello world";
    const auto ids = tokenizer->encode(text);
    const auto ranges = tokenRanges(*tokenizer, text, ids);
    ASSERT_EQ(ranges.size(), ids.size());
    std::string joined;
    for (const TokenRange& range : ranges)
        joined += at(text, range);
    EXPECT_EQ(joined, text);
}

TEST(TokenRanges, NeverCutACharacterNorLeaveTheText) {
    const auto tokenizer = bytes();
    ASSERT_NE(tokenizer, nullptr);
    const std::string text =
        "\xE4\xBD\xA0\xE5\xA5\xBD \xC3\xB8\xC3\xA9 \xF0\x9F\x91\xA9\xE2\x80\x8D.";
    const auto ids = tokenizer->encode(text);
    // Also of tokens that are of another text.
    for (const std::string& read : {text, text.substr(0, 9), std::string("x"), std::string()}) {
        for (const TokenRange& range : tokenRanges(*tokenizer, read, ids)) {
            ASSERT_LE(range.begin, range.end);
            ASSERT_LE(range.end, read.size());
            EXPECT_EQ(validUtf8Prefix(at(read, range)), range.end - range.begin);
        }
    }
}

}  // namespace
}  // namespace dsm
