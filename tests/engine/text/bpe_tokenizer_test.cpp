// Byte-level BPE against ids of the Hugging Face implementation, and its own round trip.
#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "engine/text/utf8.h"
#include "tests/engine/text/tokenizer_folders.h"

namespace dsm::test {
namespace {

// Every kind of character that splitting or merging treats differently, and any other.
std::string randomText(std::mt19937& random, std::size_t characters) {
    static const std::vector<std::string> kParts = {" ",
                                                    "  ",
                                                    "\n",
                                                    "\r\n",
                                                    "\t",
                                                    "\u00a0",
                                                    "\u3000",
                                                    "\u180e",
                                                    "ø",
                                                    "ü",
                                                    "À",
                                                    "ab",
                                                    "th",
                                                    "the",
                                                    "你好",
                                                    "，",
                                                    "。",
                                                    "42",
                                                    "½",
                                                    "Ⅷ",
                                                    "😀",
                                                    "👨‍👩‍👧",
                                                    "é",
                                                    "нe",
                                                    "한국",
                                                    "१",
                                                    "𐐀",
                                                    "!?",
                                                    "<｜end▁of▁sentence｜>"};
    std::string text;
    for (std::size_t i = 0; i < characters; ++i) {
        if (random() % 2 == 0) {
            text += kParts[random() % kParts.size()];
            continue;
        }
        char32_t c = 0;
        do
            c = static_cast<char32_t>(random() % (random() % 2 == 0 ? 0x3000 : 0x110000));
        while (c >= 0xD800 && c <= 0xDFFF);
        appendUtf8(c, text);
    }
    return text;
}

std::string repeated(std::string_view part, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += part;
    return text;
}

class FullVocabulary : public testing::Test {
  protected:
    void SetUp() override {
        if (!std::filesystem::exists(fullFolder() / "tokenizer.json")) {
            GTEST_SKIP() << "no tokenizer.json in " << fullFolder() << "; set DSM_SHARED_DIR";
        }
        static const std::unique_ptr<Tokenizer> loaded = mustLoad(fullFolder());
        tokenizer = loaded.get();
    }

    const Tokenizer* tokenizer = nullptr;
};

TEST_F(FullVocabulary, GivesTheKnownIds) {
    const std::vector<Vector> vectors = readVectors(fullFolder() / "vectors.jsonl");
    EXPECT_EQ(vectors.size(), 47u);
    for (const Vector& vector : vectors) {
        EXPECT_EQ(tokenizer->encode(vector.text), vector.ids) << vector.text;
        EXPECT_EQ(tokenizer->decode(vector.ids), vector.text);
    }
}

TEST_F(FullVocabulary, KnowsItsSpecialTokens) {
    EXPECT_EQ(tokenizer->bosId(), 100000);
    EXPECT_EQ(tokenizer->eosId(), 100001);
    EXPECT_TRUE(tokenizer->addBos());
    EXPECT_EQ(tokenizer->vocabSize(), 100015);
    EXPECT_FALSE(tokenizer->isKnown(100015));  // the first padding row of the embedding
    EXPECT_TRUE(tokenizer->isSpecial(100001));
    EXPECT_FALSE(tokenizer->isSpecial(100014));
    EXPECT_EQ(tokenizer->specialId("<｜end▁of▁sentence｜>"), 100001);
    EXPECT_EQ(tokenizer->specialId("ü"), std::nullopt);
}

TEST_F(FullVocabulary, MatchesAddedTokensBeforeSplitting) {
    EXPECT_EQ(tokenizer->encode("Führer"), (std::vector<TokenId>{37, 100014, 71, 6245}));
    for (TokenId id = 100002; id < 100015; ++id) {
        const std::string text(tokenizer->tokenBytes(id));
        EXPECT_EQ(text.size(), 2u);
        EXPECT_EQ(tokenizer->encode(text), std::vector<TokenId>{id});
    }
}

TEST_F(FullVocabulary, SurvivesRandomUnicode) {
    std::mt19937 random(1);
    for (int round = 0; round < 3000; ++round) {
        const std::string text = randomText(random, random() % 60);
        ASSERT_EQ(tokenizer->decode(tokenizer->encode(text)), text);
    }
}

TEST_F(FullVocabulary, ReplacesOnlyBytesThatItCannotSpell) {
    // 0xE4 has a token; 0xFF has none, since it occurs in no UTF-8.
    EXPECT_EQ(tokenizer->decode(tokenizer->encode("a\xE4z")), "a\xE4z");
    EXPECT_EQ(tokenizer->decode(tokenizer->encode("a\xFFz")), "a\uFFFDz");
}

TEST_F(FullVocabulary, IsQuickOnTextWithoutEnds) {
    const std::vector<std::string> texts = {
        std::string(1000000, 'a'), std::string(1000000, ' '),  repeated("😀", 100000),
        repeated("专", 300000),    std::string(1000000, '\n'), repeated(" \n", 500000),
        repeated("ab", 500000),    std::string(1000000, '7'),  repeated("\xF0\x9F", 300000)};
    for (const std::string& text : texts) {
        const auto start = std::chrono::steady_clock::now();
        const std::vector<TokenId> ids = tokenizer->encode(text);
        const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
        EXPECT_EQ(tokenizer->decode(ids), text);
        // A quadratic step would take hours; the bound allows for slow machines and sanitizers.
        EXPECT_LT(elapsed.count(), 20.0) << text.substr(0, 8);
    }
}

TEST(BpeTokenizer, GivesTheKnownIdsOfTheTinyVocabulary) {
    const std::unique_ptr<Tokenizer> tokenizer = mustLoad(tinyFolder());
    const std::vector<Vector> vectors = readVectors(tinyFolder() / "vectors.jsonl");
    EXPECT_GE(vectors.size(), 20u);
    for (const Vector& vector : vectors) {
        EXPECT_EQ(tokenizer->encode(vector.text), vector.ids) << vector.text;
        EXPECT_EQ(tokenizer->decode(vector.ids), vector.text);
    }
}

TEST(BpeTokenizer, DecodesAddedTokensLiterally) {
    const std::unique_ptr<Tokenizer> tokenizer = mustLoad(tinyFolder());
    EXPECT_EQ(tokenizer->encode("xøx"), (std::vector<TokenId>{120, 318, 120}));
    EXPECT_EQ(tokenizer->tokenBytes(318), "ø");
    EXPECT_EQ(tokenizer->decode(std::vector<TokenId>{318}), "ø");
}

TEST(BpeTokenizer, KeepsSpecialTokensInTextAsText) {
    const std::unique_ptr<Tokenizer> tokenizer = mustLoad(tinyFolder());
    const std::string text = "a<｜end▁of▁sentence｜>b<｜begin▁of▁sentence｜>";
    const std::vector<TokenId> ids = tokenizer->encode(text);
    EXPECT_TRUE(
        std::none_of(ids.begin(), ids.end(), [&](TokenId id) { return tokenizer->isSpecial(id); }));
    EXPECT_EQ(tokenizer->decode(ids), text);
}

TEST(BpeTokenizer, MatchesSpecialTokensOnlyWhenAsked) {
    const std::unique_ptr<Tokenizer> tokenizer = mustLoad(tinyFolder());
    std::vector<TokenId> ids;
    tokenizer->encodeWithSpecials("<｜begin▁of▁sentence｜>aø<｜end▁of▁sentence｜>", ids);
    EXPECT_EQ(ids, (std::vector<TokenId>{316, 97, 318, 317}));
}

TEST(BpeTokenizer, PrintsNothingForSpecialTokensAndUnknownIds) {
    const std::unique_ptr<Tokenizer> tokenizer = mustLoad(tinyFolder());
    EXPECT_EQ(tokenizer->decode(std::vector<TokenId>{316, 97, 317, 319, -1, 1 << 30}), "a");
    EXPECT_EQ(tokenizer->tokenText(317), "<｜end▁of▁sentence｜>");
    EXPECT_EQ(tokenizer->tokenText(228), "\uFFFD");  // a byte alone is no character
    EXPECT_EQ(tokenizer->tokenText(319), "");
}

TEST(BpeTokenizer, SurvivesAnyBytes) {
    const std::unique_ptr<Tokenizer> tokenizer = mustLoad(tinyFolder());
    std::mt19937 random(2);
    for (int round = 0; round < 5000; ++round) {
        std::string text(random() % 40, '\0');
        for (char& c : text)
            c = static_cast<char>(random() % 3 == 0 ? random() : random() % 128);
        std::replace(text.begin(), text.end(), '\xF8', 'x');  // the one byte without a token
        ASSERT_EQ(tokenizer->decode(tokenizer->encode(text)), text);
    }
}

TEST(BpeTokenizer, GivesTheSameIdsForLongAndForShortPieces) {
    // Beyond 128 bytes a heap takes the place of a scan; both must merge alike. "z" keeps its
    // neighbours from merging, so that the ids of a long piece are those of its parts.
    const std::unique_ptr<Tokenizer> tokenizer = mustLoad(tinyFolder());
    std::mt19937 random(3);
    const std::string letters = "theanrdtois";
    for (int round = 0; round < 200; ++round) {
        std::vector<TokenId> expected;
        std::string text;
        while (text.size() < 400) {
            std::string part = "z";
            for (int i = 0; i < 30; ++i)
                part += letters[random() % letters.size()];
            part += "z";
            tokenizer->encode(part, expected);
            text += part;
        }
        ASSERT_EQ(tokenizer->encode(text), expected) << text;
    }
}

TEST(BpeTokenizer, AppendsToWhatIsThere) {
    const std::unique_ptr<Tokenizer> tokenizer = mustLoad(tinyFolder());
    std::vector<TokenId> ids{7};
    tokenizer->encode("a", ids);
    EXPECT_EQ(ids, (std::vector<TokenId>{7, 97}));
}

TEST(BpeTokenizer, ServesManyThreadsAtOnce) {
    const std::unique_ptr<Tokenizer> tokenizer = mustLoad(tinyFolder());
    std::mt19937 random(4);
    const std::string text = randomText(random, 2000);
    const std::vector<TokenId> expected = tokenizer->encode(text);
    std::vector<std::vector<TokenId>> found(4);
    std::vector<std::thread> threads;
    for (auto& ids : found) {
        threads.emplace_back([&] { ids = tokenizer->encode(text); });
    }
    for (std::thread& thread : threads)
        thread.join();
    for (const auto& ids : found)
        EXPECT_EQ(ids, expected);
}

// A vocabulary of a, b, c, ab, bc, abc whose merges never make abc.
nlohmann::json smallDocument(bool ignoreMerges) {
    return {{"added_tokens", nlohmann::json::array()},
            {"pre_tokenizer",
             {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}}},
            {"model",
             {{"type", "BPE"},
              {"ignore_merges", ignoreMerges},
              {"vocab", {{"a", 0}, {"b", 1}, {"c", 2}, {"ab", 3}, {"bc", 4}, {"abc", 5}}},
              {"merges", {"b c", "a b"}}}}};
}

TEST(BpeTokenizer, MergesByRankNotByPosition) {
    const TemporaryFolder folder;
    folder.write("tokenizer.json", smallDocument(false).dump());
    EXPECT_EQ(mustLoad(folder.path())->encode("abc"), (std::vector<TokenId>{0, 4}));
}

TEST(BpeTokenizer, TakesWholePiecesFirstWhereTheFileSaysSo) {
    const TemporaryFolder folder;
    folder.write("tokenizer.json", smallDocument(true).dump());
    const std::unique_ptr<Tokenizer> tokenizer = mustLoad(folder.path());
    EXPECT_EQ(tokenizer->encode("abc"), std::vector<TokenId>{5});
    EXPECT_EQ(tokenizer->encode("abcc"), (std::vector<TokenId>{0, 4, 2}));
}

TEST(BpeTokenizer, ReadsMergesAsPairsToo) {
    const TemporaryFolder folder;
    nlohmann::json document = smallDocument(false);
    document["model"]["merges"] = nlohmann::json::parse(R"([["a", "b"], ["ab", "c"]])");
    folder.write("tokenizer.json", document.dump());
    EXPECT_EQ(mustLoad(folder.path())->encode("abc"), std::vector<TokenId>{5});
}

TEST(BpeTokenizer, PutsASpaceBeforeTextWhereTheFileSaysSo) {
    const TemporaryFolder folder;
    nlohmann::json document = smallDocument(false);
    document["pre_tokenizer"]["add_prefix_space"] = true;
    document["model"]["vocab"]["Ġ"] = 6;
    folder.write("tokenizer.json", document.dump());
    const std::unique_ptr<Tokenizer> tokenizer = mustLoad(folder.path());
    EXPECT_EQ(tokenizer->encode("a"), (std::vector<TokenId>{6, 0}));
    EXPECT_EQ(tokenizer->encode(" a"), (std::vector<TokenId>{6, 0}));
}

TEST(BpeTokenizer, HasNoSentenceTokensWhereNothingNamesThem) {
    const TemporaryFolder folder;
    folder.write("tokenizer.json", smallDocument(false).dump());
    const std::unique_ptr<Tokenizer> tokenizer = mustLoad(folder.path());
    EXPECT_EQ(tokenizer->bosId(), -1);
    EXPECT_EQ(tokenizer->eosId(), -1);
    EXPECT_FALSE(tokenizer->addBos());
}

// As transformers 4.57 and 5 do.
TEST(TokenizerConfig, OlderFilesCountWhereItNamesNoAddedTokens) {
    const TemporaryFolder folder;
    folder.write("tokenizer.json", contentOf(tinyFolder() / "tokenizer.json"));
    folder.write("added_tokens.json", R"({"ø": 318})");
    const std::string begin = "<｜begin▁of▁sentence｜>", end = "<｜end▁of▁sentence｜>";
    nlohmann::json config{{"bos_token", begin}, {"eos_token", end}};
    const auto load = [&] {
        folder.write("tokenizer_config.json", config.dump());
        return mustLoad(folder.path());
    };
    EXPECT_EQ(load()->eosId(), 317);
    const nlohmann::json map{{"eos_token", {{"content", begin}, {"lstrip", false}}},
                             {"pad_token", end}};
    folder.write("special_tokens_map.json", map.dump());
    EXPECT_EQ(load()->eosId(), 316);
    EXPECT_EQ(load()->bosId(), 316);
    config["added_tokens_decoder"] = nlohmann::json::object();
    EXPECT_EQ(load()->eosId(), 317);
    std::filesystem::remove(folder / "tokenizer_config.json");
    EXPECT_EQ(mustLoad(folder.path())->eosId(), 316);
}

}  // namespace
}  // namespace dsm::test
