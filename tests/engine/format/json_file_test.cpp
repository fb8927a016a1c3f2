#include "engine/format/json_file.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/format/json_field.h"
#include "tests/engine/format/refusal.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

TEST(JsonFile, KeepsEveryKindOfValue) {
    const auto document =
        parseJson(R"({"n": null, "b": [true, false], "i": -3, "u": 18446744073709551615,)"
                  R"( "f": 2.5, "s": "a\u00e9\n", "o": {"x": [[], {}]}})",
                  "x.json");
    ASSERT_TRUE(document) << document.error().message;
    EXPECT_TRUE(document->at("n").is_null());
    EXPECT_EQ(document->at("b").dump(), "[true,false]");
    EXPECT_EQ(document->at("i").get<int>(), -3);
    EXPECT_EQ(document->at("u").get<std::uint64_t>(), 18446744073709551615U);
    EXPECT_EQ(document->at("f").get<double>(), 2.5);
    EXPECT_EQ(document->at("s").get<std::string>(), "a\xc3\xa9\n");
    EXPECT_EQ(document->at("o").dump(), R"({"x":[[],{}]})");
}

TEST(JsonFile, RefusesWhatTheGrammarOrTheStrictnessForbids) {
    constexpr auto kMalformed = ErrorCode::Malformed;
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", "not valid JSON"},
        {"{\n \"a\": 1,\n}", "line 3"},
        {"{\"a\": 1, \"b\": 2, \"a\": 3}", "\"a\" appears twice"},
        {"{\"a\": {\"b\": 1, \"b\": 1}}", "\"b\" appears twice"},
        {std::string("{}\0", 3), "NUL"},
        {"\"\xff\"", "not UTF-8"},
        {"\"\xed\xa0\x80\"", "not UTF-8"},
        {R"("\ud800")", "not valid JSON"},
        {"1e999", "too large"},
        {"[NaN]", "not valid JSON"},
        {"{} // and more", "not valid JSON"},
        {std::string(65, '['), "deeper than 64"},
        {std::string(1'000'000, '['), "deeper than 64"},
    };
    for (const auto& [text, reason] : cases) {
        expectRefused(parseJson(text, "x.json"),
                      {text.substr(0, 40), kMalformed, {"x.json", reason}});
    }
    EXPECT_TRUE(parseJson(std::string(64, '[') + std::string(64, ']'), "x.json"));
    EXPECT_TRUE(parseJson(R"([{"a": 1}, {"a": 1}])", "x.json"));
}

TEST(JsonFile, ReadsFilesUpToALimit) {
    const TemporaryFolder folder;
    const auto path = folder.write("a.json", "[1, 2]");
    ASSERT_TRUE(readJson(path, 6));
    expectRefused(readJson(path, 5), {"a.json", ErrorCode::Malformed, {path.string(), "6 bytes"}});
    expectRefused(readJson(folder / "b.json", 5), {"b.json", ErrorCode::NotFound, {"b.json"}});
    expectRefused(readJson(folder.path(), 5), {"folder", ErrorCode::Io, {folder.path().string()}});
}

TEST(JsonFile, ShowsValuesBrieflyAndInAscii) {
    EXPECT_EQ(shown({{"a", {1, "\xe5\xad\x97"}}}), R"({"a":[1,"\u5b57"]})");
    EXPECT_EQ(shown(std::string(100'000, 'x')).size(), 83U);
}

TEST(JsonField, SaysWhereAValueOfAnotherTypeStands) {
    const auto document =
        parseJson(R"({"a": [{"b": "text"}], "n": 18446744073709551615})", "x.json");
    ASSERT_TRUE(document);
    const JsonField root(*document, "x.json");
    const auto b = root.at("a")->elements()->at(0).at("b");
    ASSERT_TRUE(b);
    EXPECT_EQ(*b->string(), "text");
    const Refusal refusal{"b", ErrorCode::Malformed, {"x.json: a[0].b: expected"}};
    expectRefused(b->integer(), refusal);
    expectRefused(b->number(), refusal);
    expectRefused(b->boolean(false), refusal);
    expectRefused(b->elements(), refusal);
    expectRefused(b->maybe("c"), refusal);
    expectRefused(root.at("n")->integer(), {"n", ErrorCode::Malformed, {"x.json: n: "}});
    expectRefused(root.at("m"), {"m", ErrorCode::Malformed, {"x.json: m: the key is missing"}});
    EXPECT_TRUE(root.maybe("m")->isNull());
}

}  // namespace
}  // namespace dsm
