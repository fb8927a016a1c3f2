// Tokenizers made to harm: each is refused or said, by the file's name, and nothing crashes or
// hangs.
#include <bit>
#include <cstring>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "engine/text/tokenizer_load.h"
#include "tests/engine/text/tokenizer_folders.h"

namespace dsm::test {
namespace {

std::string varint(std::size_t value) {
    std::string bytes;
    for (; value >= 0x80; value >>= 7)
        bytes += static_cast<char>(value | 0x80);
    return bytes + static_cast<char>(value);
}
std::string field(int number, const std::string& bytes) {
    return varint(static_cast<std::size_t>(number) << 3 | 2) + varint(bytes.size()) + bytes;
}

// A double array with a unit for each place; the first 256 belong to the root.
class Units {
  public:
    explicit Units(std::size_t blocks) : bits_(blocks * 256) {
        for (std::size_t at = 0; at < bits_.size(); ++at)
            bits_[at] = (at & 0xFF) ^ 1;  // answers to no byte
        put(0, 0, 256, false);
    }

    // From a unit at `from`, `byte` is to be read at the base `base`, and leads on to `next`.
    std::size_t child(std::size_t base, unsigned char byte, std::size_t next, bool hasLeaf) {
        put(base ^ byte, byte, next, hasLeaf);
        return next;
    }
    void leaf(std::size_t base, std::uint32_t value) { bits_[base] = value | 1U << 31; }

    // As a character map whose replacement is "b".
    std::string map(const std::string& replacements = std::string("b\0", 2)) const {
        std::string bytes(4 + bits_.size() * 4, '\0');
        const auto length = static_cast<std::uint32_t>(bits_.size() * 4);
        std::memcpy(bytes.data(), &length, 4);
        std::memcpy(bytes.data() + 4, bits_.data(), bits_.size() * 4);
        return bytes + replacements;
    }

  private:
    void put(std::size_t at, std::uint32_t label, std::size_t next, bool hasLeaf) {
        const auto offset = static_cast<std::uint32_t>(at ^ next);
        bits_[at] = label | (hasLeaf ? 1U << 8 : 0) | offset << 10;
    }

    std::vector<std::uint32_t> bits_;
};

class HostileSentencePiece : public testing::Test {
  protected:
    // The golden model with more fields at its end, which count.
    Result<std::unique_ptr<Tokenizer>> loadWith(const std::string& fields) {
        folder_.write("tokenizer.model", good_ + fields);
        return loadTokenizer(folder_.path());
    }
    Result<std::unique_ptr<Tokenizer>> loadWithMap(const std::string& map) {
        return loadWith(field(3, field(2, map)));
    }
    void expectRefusedFor(const Result<std::unique_ptr<Tokenizer>>& loaded,
                          const std::string& why) {
        ASSERT_FALSE(loaded) << why;
        EXPECT_EQ(loaded.error().code, ErrorCode::Malformed);
        EXPECT_NE(loaded.error().message.find((folder_ / "tokenizer.model").string()),
                  std::string::npos);
        EXPECT_NE(loaded.error().message.find(why), std::string::npos) << loaded.error().message;
    }

    const TemporaryFolder folder_;
    const std::string good_ =
        contentOf(sourceFolder() / "tests/golden/sentencepiece/tokenizer.model");
};

TEST_F(HostileSentencePiece, IsLoadedWithAMapThatStaysInside) {
    Units units(3);
    units.leaf(units.child(256, 'a', 512, true), 0);
    const auto loaded = loadWithMap(units.map());
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ((*loaded)->encode("a cab"), (*loaded)->encode("b cbb"));
}

TEST_F(HostileSentencePiece, IsRefusedWhereItsMapLeadsOutside) {
    Units units(3);
    units.child(256, 'a', 1024, false);
    expectRefusedFor(loadWithMap(units.map()), "points outside itself");
    Units leaf(3);
    leaf.child(256, 'a', 4096, true);
    expectRefusedFor(loadWithMap(leaf.map()), "points outside itself");
    for (const std::uint32_t value : {2U, 1000U, 0x7FFFFFFFU}) {
        Units far(3);
        far.leaf(far.child(256, 'a', 512, true), value);
        expectRefusedFor(loadWithMap(far.map()), "points to no replacement");
    }
    Units inside(3);
    inside.leaf(inside.child(256, 'a', 512, true), 1);
    expectRefusedFor(loadWithMap(inside.map("\xC3\xB8" + std::string(1, '\0'))),
                     "points to no replacement");
}

TEST_F(HostileSentencePiece, IsRefusedWhereItsMapGoesInCircles) {
    Units units(3);
    units.child(256, 'a', 512, false);
    units.child(512, 'a', 256, false);
    expectRefusedFor(loadWithMap(units.map()), "leads back to itself");
}

// The library keeps 32 and reads on behind them.
TEST_F(HostileSentencePiece, IsRefusedWhereOnePlaceHasTooManyReplacements) {
    for (const std::size_t leaves : {32U, 33U}) {
        Units units(leaves + 2);
        for (std::size_t i = 1; i <= leaves; ++i)
            units.leaf(units.child(i * 256, 'a', (i + 1) * 256, true), 0);
        const auto loaded = loadWithMap(units.map());
        if (leaves == 33) {
            expectRefusedFor(loaded, "too many replacements");
        } else {
            ASSERT_TRUE(loaded) << loaded.error().message;
            // The longest way of 32 letters, then one of 8.
            EXPECT_EQ((*loaded)->encode(std::string(40, 'a')), (*loaded)->encode("bb"));
        }
    }
}

TEST_F(HostileSentencePiece, IsRefusedWhereItsMapIsNoMap) {
    const std::string map = Units(3).map();
    expectRefusedFor(loadWithMap("abc"), "too short");
    expectRefusedFor(loadWithMap(map.substr(0, map.size() - 10)), "longer than it says");
    expectRefusedFor(loadWithMap(Units(3).map("b")), "has no end");
    expectRefusedFor(loadWithMap(Units(3).map(std::string("\xff\0", 2))), "UTF-8");
    expectRefusedFor(loadWithMap(std::string(8, '\xff') + map), "longer than it says");
    expectRefusedFor(loadWith(field(5, field(2, "abc"))), "too short");
}

TEST_F(HostileSentencePiece, IsRefusedForScoresThatAreNoNumbers) {
    for (const float score : {std::numeric_limits<float>::quiet_NaN(),
                              -std::numeric_limits<float>::infinity(), 3e38F}) {
        std::string bytes(4, '\0');
        std::memcpy(bytes.data(), &score, 4);
        expectRefusedFor(loadWith(field(1, field(1, "zq") + '\x15' + bytes)), "score");
    }
}

TEST_F(HostileSentencePiece, IsRefusedWhereAFieldIsCutOff) {
    expectRefusedFor(loadWith("\x0a\x7f"), "cut off");
    expectRefusedFor(loadWith(std::string(1, '\x0b')), "cut off");
    expectRefusedFor(loadWith(field(1,
                                    "\x0a\x05"
                                    "a")),
                     "cut off");
    expectRefusedFor(loadWith(field(1, field(1, ""))), "no SentencePiece model");
}

// Two tokens that begin alike make the pattern try every way to share the letters among them.
TEST(HostilePattern, ThatReachesItsLibrarysLimitIsSaid) {
    const TemporaryFolder folder;
    auto document = nlohmann::json::parse(std::ifstream(tinyFolder() / "tokenizer.json"));
    document["pre_tokenizer"] = nlohmann::json::parse(R"j({"type": "Sequence", "pretokenizers": [
        {"type": "Split", "pattern": {"Regex": "(x+x+)+[yz]"}, "behavior": "Isolated"},
        {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]})j");
    folder.write("tokenizer.json", document.dump());
    const auto tokenizer = mustLoad(folder.path());
    EXPECT_FALSE(tokenizer->encode("xxxy and more").empty());
    EXPECT_FALSE(Tokenizer::takeFailure().has_value());
    tokenizer->encode(std::string(60, 'x'));
    const auto failed = Tokenizer::takeFailure();
    ASSERT_TRUE(failed.has_value());
    EXPECT_EQ(failed->code, ErrorCode::Unsupported);
    EXPECT_NE(failed->message.find("pre_tokenizer"), std::string::npos);
    EXPECT_FALSE(Tokenizer::takeFailure().has_value());
}

// Looking at every one for each would be 10^10 steps: half an hour. It takes half a second.
TEST(HostileVocabulary, OfManyAddedTokensIsLoadedAndSearched) {
    const TemporaryFolder folder;
    auto document = nlohmann::json::parse(std::ifstream(tinyFolder() / "tokenizer.json"));
    for (int i = 0; i < 100'000; ++i) {
        document["added_tokens"].push_back({{"id", 319 + i},
                                            {"content", "<|" + std::to_string(i) + "|>"},
                                            {"special", i % 2 == 0},
                                            {"normalized", false}});
    }
    folder.write("tokenizer.json", document.dump());
    const auto tokenizer = mustLoad(folder.path());
    EXPECT_EQ(tokenizer->vocabSize(), 100'319);
    EXPECT_EQ(tokenizer->encode("<|99999|>"), std::vector<TokenId>{319 + 99'999});
    EXPECT_EQ(tokenizer->specialId("<|99998|>"), 319 + 99'998);
    std::string text;
    for (int i = 0; i < 100'000; ++i)
        text += '<';
    EXPECT_EQ(tokenizer->decode(tokenizer->encode(text)), text);
}

}  // namespace
}  // namespace dsm::test
