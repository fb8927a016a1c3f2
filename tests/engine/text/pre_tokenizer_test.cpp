// Pre-tokenizer rules, each shape and behaviour, against cuts worked out by hand.
#include "engine/text/pre_tokenizer.h"

#include <nlohmann/json.hpp>

#include "engine/text/oniguruma_syntax.h"
#include "tests/engine/text/tokenizer_folders.h"

namespace dsm::test {
namespace {

using nlohmann::json;
using Pieces = std::vector<std::string>;

const json kBytes = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}};

json split(const std::string& pattern, const std::string& behavior = "Isolated",
           bool invert = false) {
    return {{"type", "Split"},
            {"pattern", {{"Regex", pattern}}},
            {"behavior", behavior},
            {"invert", invert}};
}

Pieces cut(const std::vector<json>& rules, const std::string& text) {
    json list = rules;
    list.push_back(kBytes);
    const json node = {{"type", "Sequence"}, {"pretokenizers", list}};
    const Result<PreTokenizer> preTokenizer = PreTokenizer::parse(JsonField(node, "test"));
    if (!preTokenizer) {
        ADD_FAILURE() << preTokenizer.error().message;
        return {};
    }
    Pieces pieces;
    PreTokenizer::Scratch scratch;
    preTokenizer->split(text, scratch, [&](std::size_t begin, std::size_t end) {
        pieces.push_back(text.substr(begin, end - begin));
    });
    return pieces;
}

TEST(PreTokenizer, IsolatesMatches) {
    EXPECT_EQ(cut({split("[0-9]")}, "a12b"), (Pieces{"a", "1", "2", "b"}));
}

TEST(PreTokenizer, HandlesMatchesAsTheBehaviorSays) {
    const std::string text = "-a--b";
    EXPECT_EQ(cut({split("-", "Removed")}, text), (Pieces{"a", "b"}));
    EXPECT_EQ(cut({split("-", "Isolated")}, text), (Pieces{"-", "a", "-", "-", "b"}));
    EXPECT_EQ(cut({split("-", "MergedWithPrevious")}, text), (Pieces{"-", "a-", "-", "b"}));
    EXPECT_EQ(cut({split("-", "MergedWithNext")}, text), (Pieces{"-a", "-", "-b"}));
    EXPECT_EQ(cut({split("-", "Contiguous")}, text), (Pieces{"-", "a", "--", "b"}));
}

TEST(PreTokenizer, InvertsMatches) {
    EXPECT_EQ(cut({split("[a-z]+", "Removed", true)}, "ab, cd!"), (Pieces{"ab", "cd"}));
    EXPECT_EQ(cut({split("-", "MergedWithPrevious", true)}, "a-b"), (Pieces{"a", "-b"}));
}

TEST(PreTokenizer, MatchesStringsLiterally) {
    const json rule = {
        {"type", "Split"}, {"pattern", {{"String", "a.c"}}}, {"behavior", "Isolated"}};
    EXPECT_EQ(cut({rule}, "abca.cx"), (Pieces{"abc", "a.c", "x"}));
}

TEST(PreTokenizer, TakesAnOptionalSpaceOnlyBeforeTheClass) {
    const std::vector<json> rules = {split("\\s?[a-z]+")};
    EXPECT_EQ(cut(rules, " ab  cd ,e"), (Pieces{" ab", " ", " cd", " ,", "e"}));
    EXPECT_EQ(cut(rules, "\u00a0ab"), Pieces{"\u00a0ab"});
    EXPECT_EQ(cut(rules, "\u180eab"),
              (Pieces{"\u180e", "ab"}));  // no white space since Unicode 6.3
}

TEST(PreTokenizer, GivesBackTheOptionalCharacterWhereTheClassHoldsItToo) {
    // U+3000 is both white space and a member of the class, as in DeepSeekMoE's punctuation rule.
    const std::vector<json> rules = {split("\\s?[\u3000-\u3002]+")};
    EXPECT_EQ(cut(rules, "\u3000"), Pieces{"\u3000"});
    EXPECT_EQ(cut(rules, "\u3000a"), (Pieces{"\u3000", "a"}));
    EXPECT_EQ(cut(rules, "\u3000\u3002a"), (Pieces{"\u3000\u3002", "a"}));
}

TEST(PreTokenizer, EndsARunAtTheEndOfALine) {
    const std::vector<json> rules = {split("\\s+$")};
    EXPECT_EQ(cut(rules, "a  b  "), (Pieces{"a  b", "  "}));
    EXPECT_EQ(cut(rules, "a  \nb"), (Pieces{"a", "  ", "\nb"}));
    EXPECT_EQ(cut(rules, "a \n b"), (Pieces{"a", " ", "\n b"}));
    EXPECT_EQ(cut(rules, "a \n\n b"), (Pieces{"a", " \n", "\n b"}));
}

TEST(PreTokenizer, SeesEachPieceAsAWholeText) {
    // The spaces end a piece only because the line end was cut off before.
    EXPECT_EQ(cut({split("[\r\n]"), split("\\s+$")}, "a  \r\nb"),
              (Pieces{"a", "  ", "\r", "\n", "b"}));
    EXPECT_EQ(cut({split("[0-9]"), split("^b")}, "1bb"), (Pieces{"1", "b", "b"}));
}

TEST(PreTokenizer, SplitsDigitsOneByOneOrInRuns) {
    const json one = {{"type", "Digits"}, {"individual_digits", true}};
    const json run = {{"type", "Digits"}, {"individual_digits", false}};
    EXPECT_EQ(cut({one}, "a12½Ⅷ٣"), (Pieces{"a", "1", "2", "½", "Ⅷ", "٣"}));
    EXPECT_EQ(cut({run}, "a12½b3"), (Pieces{"a", "12½", "b", "3"}));
    EXPECT_EQ(cut({one}, "\U0001D2C0x"), (Pieces{"\U0001D2C0", "x"}));  // numeric since Unicode 15
}

TEST(PreTokenizer, SplitsAsGpt2WhereByteLevelSaysSo) {
    const json node = {{"type", "ByteLevel"}, {"add_prefix_space", false}};
    const Result<PreTokenizer> preTokenizer = PreTokenizer::parse(JsonField(node, "test"));
    ASSERT_TRUE(preTokenizer);
    const std::string text = "I don't  know 42!";
    Pieces pieces;
    PreTokenizer::Scratch scratch;
    preTokenizer->split(text, scratch, [&](std::size_t begin, std::size_t end) {
        pieces.push_back(text.substr(begin, end - begin));
    });
    EXPECT_EQ(pieces, (Pieces{"I", " don", "'t", " ", " know", " 42", "!"}));
    EXPECT_FALSE(preTokenizer->addsPrefixSpace());
}

TEST(PreTokenizer, CutsAlikeByClassesAndByExpressions) {
    // A group hides the simple shape, so that the same rule runs through PCRE2.
    const std::string text = " ab  12\u3000。x，\n\n y\u2028\u2028z  \r\n\t q\U00010400 \U00010400";
    for (const std::string pattern :
         {"[a-z\u3000-\u3002\U00010400]", "\\s?[a-z\U00010400]+", "\\s?[!-/\u3000-\u3002，]+",
          "\\s+$", "[^a-z]+", "\\S+", " ?[^\\s0-9]+", "\\p{L}+", "[\\s\\p{N}]+$"}) {
        for (const std::string behavior :
             {"Isolated", "Removed", "MergedWithPrevious", "MergedWithNext", "Contiguous"}) {
            const std::string grouped = "(?:" + pattern + ")";
            ASSERT_TRUE(parseSimplePattern(pattern)) << pattern;
            ASSERT_FALSE(parseSimplePattern(grouped)) << pattern;
            EXPECT_EQ(cut({split(pattern, behavior)}, text), cut({split(grouped, behavior)}, text))
                << pattern << " " << behavior;
        }
    }
}

TEST(PreTokenizer, RunsMoreClassesThanFitIntoItsMasks) {
    std::vector<json> rules;
    for (char c = 'a'; c <= 'z'; ++c)
        rules.push_back(split("[" + std::string(1, c) + "]+"));
    EXPECT_EQ(cut(rules, "aabzz"), (Pieces{"aa", "b", "zz"}));
}

TEST(PreTokenizer, SurvivesMatchesOfNothing) {
    EXPECT_EQ(cut({split("a*")}, "baac"), (Pieces{"b", "aa", "c"}));
    EXPECT_EQ(cut({split("(?=b)")}, "abb"), (Pieces{"a", "b", "b"}));
}

TEST(PreTokenizer, CutsAMillionSpacesInOnePass) {
    const Pieces pieces =
        cut({split("\\s+(?!\\S)|\\s+"), split("\\s?[a-z]+")}, std::string(1000000, ' ') + "a");
    ASSERT_EQ(pieces.size(), 3u);
    EXPECT_EQ(pieces[0].size(), 999999u);
    EXPECT_EQ(pieces[1] + pieces[2], " a");
}

// As the tokenizers library cuts, whose engine is Oniguruma.
TEST(OnigurumaSyntax, RepeatsAnIntervalAsRubyDoes) {
    EXPECT_EQ(cut({split("[a-z]{1,3}+")}, "hello 1"), (Pieces{"hello", " 1"}));
    EXPECT_EQ(cut({split("[a-z]{2}+")}, "hello"), (Pieces{"hell", "o"}));
    EXPECT_EQ(cut({split("(a|b){2}+")}, "ababa"), (Pieces{"abab", "a"}));
    EXPECT_EQ(cut({split("[a-z]{,2}")}, "hello"), (Pieces{"he", "ll", "o"}));
    EXPECT_EQ(cut({split("[a-z]{2}?")}, "hello"), (Pieces{"he", "ll", "o"}));
    EXPECT_EQ(cut({split("[a-z]{1,3}?")}, "hel"), (Pieces{"h", "e", "l"}));
    EXPECT_EQ(cut({split("\u00e9{2}+")}, "\u00e9\u00e9\u00e9\u00e9\u00e9"),
              (Pieces{"\u00e9\u00e9\u00e9\u00e9", "\u00e9"}));
    EXPECT_EQ(toPcre2Syntax(R"(\x{41}+{,}[{,2}])"), R"(\x{41}+{,}[{,2}])");
}

TEST(OnigurumaSyntax, TakesAScriptForTheCharactersOfItAlone) {
    EXPECT_EQ(cut({split("\\p{Han}+")}, "\u4f60\u597d\u3001\u4f60"),
              (Pieces{"\u4f60\u597d", "\u3001", "\u4f60"}));
    EXPECT_EQ(cut({split("[^\\P{Han}]+")}, "\u4f60\u3001"), (Pieces{"\u4f60", "\u3001"}));
    EXPECT_EQ(toPcre2Syntax(R"(\p{^Han}\P{Latin}\p{L}\p{^Lu}\pL)"),
              R"(\P{sc:Han}\P{sc:Latin}\p{L}\p{^Lu}\pL)");
}

TEST(OnigurumaSyntax, RefusesLettersThatAreOneInAnotherCase) {
    for (const char* pattern : {"(?i)ss", "(?i:ST)", "x(?i)(y|fi)", "(?i)\u00df", "(?i)[\u00df]"}) {
        EXPECT_FALSE(toPcre2Syntax(pattern)) << pattern;
    }
    for (const char* pattern : {"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[\u4e00-\u9fa5]+|ss", "(?-i)ss",
                                "((?i)s)st", "(?i)s|s", "(?i)[sf]t"}) {
        EXPECT_EQ(toPcre2Syntax(pattern), pattern);
    }
}

TEST(OnigurumaSyntax, TranslatesWhatTheEnginesReadDifferently) {
    const std::string word = R"([\p{Alphabetic}\p{M}\p{Nd}\p{Pc})";
    EXPECT_EQ(toPcre2Syntax(R"(\w[\w]\\w)"),
              word + R"(\x{b2}\x{b3}\x{b9}\x{bc}-\x{be}])" + word + R"(]\\w)");
    EXPECT_EQ(toPcre2Syntax("(?i:'s)|[^\\]a]"), "(?i:'s)|[^\\]a]");
    for (const std::string refused : {"\\h", "[a[b]]", "[a&&b]", "(?m:.)", "(?im)a", "\\bx", "[]a]",
                                      "[\\W]", "(*FAIL)", "x\\K"}) {
        const Result<std::string> translated = toPcre2Syntax(refused);
        ASSERT_FALSE(translated) << refused;
        EXPECT_EQ(translated.error().code, ErrorCode::Unsupported);
    }
}

}  // namespace
}  // namespace dsm::test
