// SentencePiece models behind the Tokenizer interface, against ids of spm_encode.
#include <algorithm>
#include <random>

#include "engine/text/stream_decoder.h"
#include "engine/text/tokenizer_load.h"
#include "tests/engine/text/tokenizer_folders.h"

namespace dsm::test {
namespace {

class SentencePieceTest : public testing::Test {
  protected:
    static std::filesystem::path folder() { return sourceFolder() / "tests/golden/sentencepiece"; }

    const std::unique_ptr<Tokenizer> tokenizer = mustLoad(folder());
};

TEST_F(SentencePieceTest, GivesTheKnownIds) {
    const std::vector<Vector> vectors = readVectors(folder() / "vectors.jsonl");
    EXPECT_GE(vectors.size(), 20u);
    for (const Vector& vector : vectors) {
        EXPECT_EQ(tokenizer->encode(vector.text), vector.ids) << vector.text;
        // The model spells spaces as U+2581 and cannot tell the two apart.
        std::string text = vector.text;
        for (auto at = text.find("▁"); at != std::string::npos; at = text.find("▁")) {
            text.replace(at, std::string("▁").size(), " ");
        }
        EXPECT_EQ(tokenizer->decode(vector.ids), text);
    }
}

TEST_F(SentencePieceTest, TakesItsSpecialTokensFromTheModel) {
    EXPECT_EQ(tokenizer->bosId(), 1);
    EXPECT_EQ(tokenizer->eosId(), 2);
    EXPECT_TRUE(tokenizer->addBos());
    EXPECT_TRUE(tokenizer->isSpecial(1));
    EXPECT_EQ(tokenizer->specialId("</s>"), 2);
    EXPECT_EQ(tokenizer->tokenBytes(2), "");
    EXPECT_EQ(tokenizer->tokenText(2), "</s>");
}

TEST_F(SentencePieceTest, KeepsSpecialTokensInTextAsText) {
    const std::vector<TokenId> ids = tokenizer->encode("a</s>b<s>");
    EXPECT_TRUE(
        std::none_of(ids.begin(), ids.end(), [&](TokenId id) { return tokenizer->isSpecial(id); }));
    EXPECT_EQ(tokenizer->decode(ids), "a</s>b<s>");
}

TEST_F(SentencePieceTest, SpellsUnknownCharactersInBytes) {
    const std::vector<TokenId> ids = tokenizer->encode("🚀");
    EXPECT_EQ(tokenizer->decode(ids), "🚀");
    StreamDecoder decoder(*tokenizer);
    std::string text;
    for (const TokenId id : ids) {
        const std::string part = decoder.push(id);
        EXPECT_TRUE(part.empty() || part == " " || part == "🚀") << part;
        text += part;
    }
    EXPECT_EQ(text + decoder.finish(), " 🚀");  // the model puts a space before every text
}

TEST_F(SentencePieceTest, SurvivesAnyBytes) {
    std::mt19937 random(1);
    for (int round = 0; round < 1000; ++round) {
        std::string text(random() % 40, '\0');
        for (char& c : text)
            c = static_cast<char>(random());
        for (const TokenId id : tokenizer->encode(text))
            EXPECT_TRUE(tokenizer->isKnown(id));
    }
}

TEST_F(SentencePieceTest, IsReadOnlyWhereThereIsNoTokenizerJson) {
    const TemporaryFolder both;
    std::filesystem::copy(folder() / "tokenizer.model", both.path());
    EXPECT_EQ(mustLoad(both.path())->vocabSize(), tokenizer->vocabSize());
    std::filesystem::copy(tinyFolder() / "tokenizer.json", both.path());
    EXPECT_EQ(mustLoad(both.path())->vocabSize(), 319);
}

TEST_F(SentencePieceTest, MustAgreeWithItsConfig) {
    const TemporaryFolder copy;
    std::filesystem::copy(folder() / "tokenizer.model", copy.path());
    copy.write("tokenizer_config.json", R"({"add_prefix_space": true, "sp_model_kwargs": {},
        "bos_token": {"__type": "AddedToken", "content": "<s>", "lstrip": false},
        "added_tokens_decoder": {"0": {"content": "<unk>", "special": true},
                                 "1": {"content": "<s>", "special": true}}})");
    EXPECT_TRUE(mustLoad(copy.path())->addBos());
    const std::pair<const char*, const char*> cases[] = {
        {R"({"add_prefix_space": false})", "add_prefix_space: contradicts tokenizer.model"},
        {R"({"sp_model_kwargs": {"enable_sampling": true}})", "sp_model_kwargs: "},
        {R"({"added_tokens_decoder": {"2": {"content": "</s>", "special": false}}})",
         "added_tokens_decoder.2: is the token \"</s>\", but tokenizer.model has the special"},
        {R"({"added_tokens_decoder": {"99999": {"content": "<|im_end|>", "special": true}}})",
         "tokenizer.model has no such added token there"},
        {R"({"added_tokens_decoder": {"-1": {"content": "x"}}})", "has no such added token there"},
        {R"({"extra_special_tokens": {"end": "<x>"}})", "extra_special_tokens: \"<x>\" is no"},
        {R"({"added_tokens_decoder": {"1x": {"content": "x"}}})", "expected the id of a token"},
        {R"({"added_tokens_decoder": {"1": "<s>"}})", "added_tokens_decoder.1: expected an object"},
        {R"({"added_tokens_decoder": {"1": {"content": "<s>", "special": true, "x": 1}}})",
         "added_tokens_decoder.1.x: this program does not know"},
    };
    for (const auto& [config, says] : cases) {
        copy.write("tokenizer_config.json", config);
        const auto refused = loadTokenizer(copy.path());
        ASSERT_FALSE(refused) << config;
        EXPECT_NE(refused.error().message.find(says), std::string::npos) << refused.error().message;
    }
}

}  // namespace
}  // namespace dsm::test
