// The rows of JSON Lines, JSON and CSV: values and lines.

#include "engine/train/data/open_rows.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <stop_token>

#include "tests/engine/train/data/row_fixture.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

using nlohmann::json;
using test::rows;
using test::rowsOf;
using test::SeenRow;

TEST(JsonLines, NumbersLinesAndSkipsEmptyOnes) {
    const TemporaryFolder folder;
    const auto found = rows(folder, "a.jsonl", "\n{\"a\": 1}\r\n  \n{\"b\": \"ü\"}");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].line, 2);
    EXPECT_EQ(found[0].columns, json::parse(R"({"a": 1})"));
    EXPECT_EQ(found[1].line, 4);
    EXPECT_EQ(found[1].columns, json::parse(R"({"b": "ü"})"));
}

TEST(JsonLines, SkipsAByteOrderMark) {
    const TemporaryFolder folder;
    const auto found = rows(folder, "a.json", "\xEF\xBB\xBF{\"a\": 1}\n");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].columns, json::parse(R"({"a": 1})"));
}

TEST(JsonLines, NamesUtf32) {
    const TemporaryFolder folder;
    const std::string text("\xFF\xFE\0\0{\0\0\0", 8);
    const auto read = test::rowsOf(folder.write("a.jsonl", text));
    ASSERT_FALSE(read.has_value());
    EXPECT_TRUE(read.error().message.ends_with("is not UTF-8 but UTF-32. Save it as UTF-8."))
        << read.error().message;
}

// Its turns look like rows; alone in a file they were each taken for one.
TEST(JsonLines, TakesAConversationUnderAnotherNameForARow) {
    const TemporaryFolder folder;
    for (const char* name : {"conversation", "dialogue", "dialog", "turns", "history"}) {
        const std::string text = std::string("{\"") + name + R"(": [{"input": "q", "output": "a"},
                                              {"input": "r", "output": "b"}]})";
        const auto found = rows(folder, "a.json", text);
        ASSERT_EQ(found.size(), 1U) << name;
        EXPECT_TRUE(found[0].columns.contains(name));
    }
}

// The instructions of the rows, each with its line.
std::string instructions(const TemporaryFolder& folder, const char* name, const std::string& text) {
    std::string all;
    for (const SeenRow& row : rows(folder, name, text)) {
        EXPECT_EQ(row.problem, "") << text;
        if (row.columns.is_object())
            all += row.columns.value("instruction", "?") + std::to_string(row.line) + " ";
    }
    return all;
}

TEST(Json, IsReadForWhatItHoldsWhateverItsEndingSays) {
    const TemporaryFolder folder;
    const std::string a = R"({"instruction": "a", "output": "x"})";
    const std::string b = R"({"instruction": "b", "output": "[{\"}"})";
    const std::string pretty =
        "{\n \"instruction\": \"a\",\n \"list\": [\n  {\"x\": 1},\n  {}\n ]\n}\n";
    for (const char* name : {"a.json", "a.jsonl", "a.ndjson"}) {
        SCOPED_TRACE(name);
        EXPECT_EQ(instructions(folder, name, a + "\n" + b + "\n"), "a1 b2 ");
        EXPECT_EQ(instructions(folder, name, a + "\r\n\r\n" + b), "a1 b3 ");
        EXPECT_EQ(instructions(folder, name, a + b + " " + a + "\n" + b), "a1 b2 a3 b4 ");
        EXPECT_EQ(instructions(folder, name, pretty + pretty + a), "a1 a8 a15 ");
        EXPECT_EQ(instructions(folder, name, "[" + a + ", " + b + "]"), "a1 b2 ");
        EXPECT_EQ(instructions(folder, name, "[\n" + a + ",\n" + b + "\n]\n"), "a2 b3 ");
        for (const char* key : {"data", "train", "conversations", "messages", "rows"}) {
            const std::string list = "\"" + std::string(key) + "\": [\n" + a + ",\n" + b + "\n]";
            EXPECT_EQ(instructions(folder, name, "{" + list + "}\n"), "a2 b3 ");
            EXPECT_EQ(
                instructions(
                    folder, name,
                    "\xEF\xBB\xBF{\"version\": [1, 2], \"about\": {\"x\": {\"data\": [{}]}}, " +
                        list + "}"),
                "a2 b3 ");
        }
    }
}

TEST(Json, TakesAnObjectWithAListForARowWhereItIsOne) {
    const TemporaryFolder folder;
    for (const char* row : {R"({"messages": [{"role": "user", "content": "q"}]})",
                            R"({"conversations": [{"from": "human", "value": "q"}], "id": 3})",
                            R"({"tags": [{"x": 1}], "instruction": "q", "output": "a"})"}) {
        const auto one = rows(folder, "a.json", row);
        ASSERT_EQ(one.size(), 1U) << row;
        EXPECT_EQ(one[0].columns, json::parse(row));
    }
    // Followed by others, whatever their columns are called.
    const char* row = R"({"tags": [{"x": 1}], "q": "q", "a": "a"})";
    EXPECT_EQ(rows(folder, "a.jsonl", std::string(row) + "\n" + row + "\n").size(), 2U);
}

// The system text of all examples was dropped.
TEST(Json, RefusesWhatStandsBesideItsRowsAndBelongsIntoThem) {
    const TemporaryFolder folder;
    const std::string list = R"("data": [{"instruction": "q", "output": "a"}])";
    for (const std::string key : {"system", "input", "weight"}) {
        const std::string beside = "\"" + key + "\": \"0\"";
        for (const std::string& text : {list + ", " + beside, beside + ", " + list}) {
            const auto refused = rowsOf(folder.write("a.json", "{" + text + "}"));
            ASSERT_FALSE(refused.has_value()) << text;
            EXPECT_NE(refused.error().message.find(key + " stands beside the rows under \"data\""),
                      std::string::npos)
                << refused.error().message;
        }
    }
}

TEST(JsonArray, FindsItsElementsAndTheirLines) {
    const TemporaryFolder folder;
    const auto found =
        rows(folder, "a.json", "[{\"a\": [1, {\"b\": \"]}\\\"\"}]},\n\n {\"c\":\n 2}\n, {}]\n");
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].columns, json::parse(R"({"a": [1, {"b": "]}\""}]})"));
    EXPECT_EQ(found[0].line, 1);
    EXPECT_EQ(found[1].columns, json::parse(R"({"c": 2})"));
    EXPECT_EQ(found[1].line, 3);
    EXPECT_EQ(found[2].columns, json::object());
    EXPECT_EQ(found[2].line, 5);
}

TEST(JsonArray, GivesEachRowOfALineItsOwnNumber) {
    const TemporaryFolder folder;
    const auto file = openRows(folder.write("a.json", R"([{"a": 1}, {"a": 2}, 3, {"a": 4}])"));
    ASSERT_TRUE(file.has_value());
    EXPECT_TRUE((*file)->countsRows());
    const auto found = rowsOf((*file)->name());
    ASSERT_TRUE(found.has_value());
    ASSERT_EQ(found->size(), 4U);
    for (std::size_t i = 0; i < found->size(); ++i)
        EXPECT_EQ((*found)[i].line, static_cast<std::int64_t>(i) + 1);
    EXPECT_EQ((*found)[3].columns["a"], 4);
    // Where lines part them at first, and not all.
    const auto mixed =
        rows(folder, "b.json", "[\n{\"a\": 1},\n{\"a\": 2}, {\"a\": 3},\n\n{\"a\": 4}]");
    ASSERT_EQ(mixed.size(), 4U);
    EXPECT_EQ(mixed[1].line, 3);
    EXPECT_EQ(mixed[2].line, 4);
    EXPECT_EQ(mixed[3].line, 5);
    EXPECT_FALSE((*openRows(folder / "b.json"))->countsRows());
}

TEST(Json, GivesEachValueOfALineItsOwnNumber) {
    const TemporaryFolder folder;
    const auto found = rows(folder, "a.jsonl", "{\"a\": 1} {\"a\": 2}\n{\"a\": 3}");
    ASSERT_EQ(found.size(), 3U);
    for (std::size_t i = 0; i < found.size(); ++i)
        EXPECT_EQ(found[i].line, static_cast<std::int64_t>(i) + 1);
    EXPECT_TRUE((*openRows(folder / "a.jsonl"))->countsRows());
}

TEST(JsonArray, IsReadAcrossThePiecesOfTheFile) {
    const TemporaryFolder folder;
    std::string text = "[";
    for (int i = 0; i < 30'000; ++i)
        text += (i == 0 ? "" : ",\n") + json{{"n", i}, {"text", "some words"}}.dump();
    const auto found = rows(folder, "a.json", text + "]");
    ASSERT_EQ(found.size(), 30'000U);
    for (std::size_t i = 0; i < found.size(); ++i) {
        ASSERT_EQ(found[i].columns["n"], i);
        ASSERT_EQ(found[i].line, static_cast<std::int64_t>(i) + 1);
    }
}

TEST(Csv, KeepsQuotesBreaksAndSpaces) {
    const TemporaryFolder folder;
    const auto found = rows(
        folder, "a.csv", "instruction,output\r\n\"two\nlines, \"\"quoted\"\"\",  b \r\n\r\nc,\n");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].columns,
              (json{{"instruction", "two\nlines, \"quoted\""}, {"output", "  b "}}));
    EXPECT_EQ(found[0].line, 2);
    EXPECT_EQ(found[1].columns, (json{{"instruction", "c"}, {"output", ""}}));
    EXPECT_EQ(found[1].line, 5);
}

TEST(Csv, SeesWhatSeparatesItsFields) {
    const TemporaryFolder folder;
    const json expected{{"a", "1,5"}, {"b", "x"}};
    EXPECT_EQ(rows(folder, "a.csv", "a;b\n1,5;x\n").at(0).columns, expected);
    EXPECT_EQ(rows(folder, "b.csv", "a\tb\n1,5\tx").at(0).columns, expected);
    EXPECT_EQ(rows(folder, "c.tsv", "a\tb\n1,5\tx\n").at(0).columns, expected);
    EXPECT_EQ(rows(folder, "d.csv", "\"a\",\"b\"\n\"1,5\",x\n").at(0).columns, expected);
    EXPECT_EQ(rows(folder, "e.csv", "a|b\n1,5|x\n").at(0).columns, expected);
    EXPECT_EQ(rows(folder, "f.tsv", "a;b\n1,5;x\n").at(0).columns, expected);
    const auto said = rows(folder, "g.csv", "sep=;\r\na;b\r\n1,5;x\r\n");
    EXPECT_EQ(said.at(0).columns, expected);
    EXPECT_EQ(said.at(0).line, 3);
    const json quoted{{"a,c", "1"}, {"b", "x"}};
    EXPECT_EQ(rows(folder, "h.csv", "\"a,c\";b\n1;x\n").at(0).columns, quoted);
}

TEST(Csv, CallsAColumnWithoutANameByItsPlace) {
    const TemporaryFolder folder;
    const auto found = rows(folder, "a.csv", ",instruction,output\n0,a,b\n1,c,d\n");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[1].columns,
              (json{{"number 1, without a name,", "1"}, {"instruction", "c"}, {"output", "d"}}));
}

TEST(Csv, WithNothingInItSaysWhatWasExpected) {
    const TemporaryFolder folder;
    for (const char* text : {"", "\n\n", "\xEF\xBB\xBF"}) {
        const auto found = rowsOf(folder.write("empty.csv", text));
        ASSERT_FALSE(found.has_value());
        EXPECT_NE(found.error().message.find("empty.csv is empty: expected the names"),
                  std::string::npos)
            << found.error().message;
    }
}

TEST(Csv, GoesOnAfterABrokenRow) {
    const TemporaryFolder folder;
    const auto found = rows(folder, "a.csv", "a,b\n\"open,1\n2,3\n\"4\"x,5\n6,7\n");
    ASSERT_EQ(found.size(), 4U);
    EXPECT_NE(found[0].problem.find("quote"), std::string::npos);
    EXPECT_EQ(found[1].columns, (json{{"a", "2"}, {"b", "3"}}));
    EXPECT_EQ(found[1].line, 3);
    EXPECT_NE(found[2].problem, "");
    EXPECT_EQ(found[3].columns, (json{{"a", "6"}, {"b", "7"}}));
    EXPECT_EQ(found[3].line, 5);
}

TEST(RowFile, KnowsFormatsByTheirEndings) {
    const TemporaryFolder folder;
    const auto refused = rowsOf(folder.write("a.txt", "x"));
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().message.find(".jsonl, .json, .csv"), std::string::npos);
    EXPECT_EQ(rowsOf(folder.write("A.JSONL", "{}\n"))->size(), 1U);
    EXPECT_EQ(rowsOf(folder.path()).error().code, ErrorCode::Io);
}

TEST(RowFile, NamesWhatLiesInPlaceOfAFileThatWasNotFetched) {
    const TemporaryFolder folder;
    const std::string pointer =
        "version https://git-lfs.github.com/spec/v1\noid sha256:" + std::string(64, 'a') +
        "\nsize 12345\n";
    for (const char* name : {"a.jsonl", "a.json", "a.csv", "a.tsv", "a.parquet"}) {
        const auto refused = rowsOf(folder.write(name, pointer));
        ASSERT_FALSE(refused.has_value()) << name;
        EXPECT_NE(refused.error().message.find("Git LFS pointer"), std::string::npos)
            << refused.error().message;
        const auto page = rowsOf(folder.write(name, "<!DOCTYPE html>\n<html></html>"));
        ASSERT_FALSE(page.has_value()) << name;
        EXPECT_NE(page.error().message.find("web page"), std::string::npos) << page.error().message;
    }
}

TEST(RowFile, StopsWhenAsked) {
    const TemporaryFolder folder;
    for (const char* name : {"a.jsonl", "a.json", "a.csv"}) {
        const std::string text = std::string(name) == "a.json" ? "[{}, {}]" : "{}\n{}\n{}\n";
        const auto file = openRows(folder.write(name, text));
        ASSERT_TRUE(file.has_value()) << name;
        std::stop_source stop;
        int visited = 0;
        const auto scanned = (*file)->scan(
            [&](const RawRow&, double) {
                ++visited;
                stop.request_stop();
            },
            stop.get_token());
        EXPECT_EQ(visited, 1) << name;
        ASSERT_FALSE(scanned.has_value());
        EXPECT_EQ(scanned.error().code, ErrorCode::Cancelled);
    }
}

// A line without an end, as of a disk's image: the window could not be closed while it was looked at.
}  // namespace
}  // namespace dsm
