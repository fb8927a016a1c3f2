// The streaming decoder: whole characters only, and nothing lost.
#include "engine/text/stream_decoder.h"

#include <random>

#include "engine/text/utf8.h"
#include "tests/engine/text/tokenizer_folders.h"

namespace dsm::test {
namespace {

// Ids of the tiny tokenizer below 256 are bytes.
std::vector<TokenId> byteTokens(std::string_view bytes) {
    std::vector<TokenId> ids;
    for (const char c : bytes)
        ids.push_back(static_cast<unsigned char>(c));
    return ids;
}

class StreamDecoderTest : public testing::Test {
  protected:
    // What each token brings, and at the end what finish() does.
    std::vector<std::string> stream(const std::vector<TokenId>& ids) {
        StreamDecoder decoder(*tokenizer);
        std::vector<std::string> parts;
        for (const TokenId id : ids)
            parts.push_back(decoder.push(id));
        parts.push_back(decoder.finish());
        return parts;
    }

    std::string joined(const std::vector<TokenId>& ids) {
        std::string text;
        for (const std::string& part : stream(ids)) {
            EXPECT_EQ(validUtf8Prefix(part), part.size());
            text += part;
        }
        return text;
    }

    const std::unique_ptr<Tokenizer> tokenizer = mustLoad(tinyFolder());
};

TEST_F(StreamDecoderTest, HoldsACharacterBackUntilItIsComplete) {
    EXPECT_EQ(stream(byteTokens("a你")), (std::vector<std::string>{"a", "", "", "你", ""}));
    EXPECT_EQ(stream(byteTokens("😀!")), (std::vector<std::string>{"", "", "", "😀", "!", ""}));
}

TEST_F(StreamDecoderTest, FinishesAnIncompleteCharacterAsOneReplacement) {
    EXPECT_EQ(stream(byteTokens("\xF0\x9F\x98")), (std::vector<std::string>{"", "", "", "\uFFFD"}));
}

TEST_F(StreamDecoderTest, ReplacesInvalidBytesAsSoonAsTheyAreCertain) {
    EXPECT_EQ(stream(byteTokens("\xE4z")), (std::vector<std::string>{"", "\uFFFDz", ""}));
    EXPECT_EQ(stream(byteTokens("\x80\xC0z")),
              (std::vector<std::string>{"\uFFFD", "\uFFFD", "z", ""}));
    // A surrogate: 0xA0 cannot follow 0xED, and neither byte after it begins a character.
    EXPECT_EQ(stream(byteTokens("\xED\xA0\x80")),
              (std::vector<std::string>{"", "\uFFFD\uFFFD", "\uFFFD", ""}));
}

TEST_F(StreamDecoderTest, LetsASpecialTokenInsideACharacterPrintNothing) {
    std::vector<TokenId> ids = byteTokens("你");
    ids.insert(ids.begin() + 1, tokenizer->eosId());
    EXPECT_EQ(joined(ids), "你");
}

TEST_F(StreamDecoderTest, StartsAnewAfterFinish) {
    StreamDecoder decoder(*tokenizer);
    decoder.push(0xE4);
    EXPECT_EQ(decoder.finish(), "\uFFFD");
    EXPECT_EQ(decoder.push('a'), "a");
    EXPECT_EQ(decoder.finish(), "");
}

TEST_F(StreamDecoderTest, GivesTheWholeTextOfEncodedText) {
    const std::string text = "Hi 你好，世界 😀👨‍👩‍👧 ø é \U0010FFFF\n";
    EXPECT_EQ(joined(tokenizer->encode(text)), text);
}

TEST_F(StreamDecoderTest, IsValidAtEveryMomentOnRandomTokens) {
    std::mt19937 random(1);
    for (int round = 0; round < 2000; ++round) {
        std::vector<TokenId> ids(random() % 30);
        for (TokenId& id : ids)
            id = static_cast<TokenId>(random() % 330);
        joined(ids);
    }
}

}  // namespace
}  // namespace dsm::test
