// The broken data sets of tests/malformed/dataset: which rows are refused and why, and which files.

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "engine/train/data/example.h"
#include "tests/engine/format/refusal.h"
#include "tests/engine/train/data/row_fixture.h"

namespace dsm {
namespace {

std::filesystem::path broken(const std::string& name) {
    return std::filesystem::path(DSM_SOURCE_DIR) / "tests/malformed/dataset" / name;
}

// The reasons of refused rows by their lines; "" for a good one.
std::map<std::int64_t, std::string> reasons(const std::string& name) {
    auto rows = test::rowsOf(broken(name));
    EXPECT_TRUE(rows.has_value()) << name << ": " << (rows ? "" : rows.error().message);
    std::map<std::int64_t, std::string> found;
    if (!rows) return found;
    for (test::SeenRow& row : *rows) {
        if (row.problem.empty()) {
            const auto example = readExample(row.columns, {});
            if (!example) row.problem = example.error().message;
        }
        found[row.line] += row.problem;
    }
    return found;
}

struct Case {
    std::string file;
    std::vector<std::string> lines;  // what the reason of line 1, 2 .. holds; "" good, "-" no row
};

TEST(MalformedDataset, RefusesRowsWithTheReasonAndKeepsTheOthers) {
    const std::string quote = "quote stands where none may";
    const Case cases[] = {
        {"not_utf8.jsonl", {"", "byte 33, 0xFF, is not UTF-8. Save the file", ""}},
        {"cut_in_a_list.jsonl", {"", "not valid JSON", "", "", ""}},
        {"cut_after_a_comma.jsonl", {"", "not valid JSON", ""}},
        {"cut_off.jsonl", {"", "not valid JSON"}},
        {"wrong_types.jsonl",
         {"", "instruction is a list, where a text", "output is true or false", "this is an array",
          "this is a single value"}},
        {"empty_answers.jsonl", {"", "output is empty", "instruction is empty"}},
        {"nul.jsonl", {"", "NUL byte", ""}},
        {"key_twice.jsonl", {"", "\"output\" appears twice"}},
        {"lone_surrogate.jsonl", {"", "not valid JSON"}},
        {"deep.jsonl", {"", "nest deeper than 64"}},
        {"no_known_column.jsonl", {"Its columns are: answer, question."}},
        {"speakers.jsonl",
         {"messages holds no question", "[0]: a question was expected", "ends without an answer",
          "[1]: an answer was expected", "no role \"tool\"", "\"content\" is a list",
          "messages is a string, where a list", "[0] is a number",
          "conversations ends without an answer"}},
        {"quote_inside.csv", {"-", quote, ""}},
        {"quote_open.csv", {"-", quote, "", ""}},
        {"fields.csv", {"-", "there is 1 field, but 2 columns", "", "3 fields, but 2 columns"}},
        {"not_utf8.csv", {"-", "byte 3, 0xE9, is not UTF-8", ""}},
        {"nul.csv", {"-", "NUL byte"}},
    };
    for (const Case& one : cases) {
        SCOPED_TRACE(one.file);
        const auto found = reasons(one.file);
        std::size_t rows = 0;
        for (std::size_t i = 0; i < one.lines.size(); ++i) {
            const auto line = found.find(static_cast<std::int64_t>(i) + 1);
            EXPECT_EQ(line == found.end(), one.lines[i] == "-") << i + 1;
            if (line == found.end()) continue;
            ++rows;
            if (one.lines[i].empty()) {
                EXPECT_EQ(line->second, "") << i + 1;
            } else {
                EXPECT_NE(line->second.find(one.lines[i]), std::string::npos)
                    << i + 1 << ": " << line->second;
                EXPECT_TRUE(line->second.ends_with('.')) << line->second;
            }
        }
        EXPECT_EQ(rows, found.size());
    }
}

TEST(MalformedDataset, RefusesElementsThatAreNoObjects) {
    const auto rows = test::rowsOf(broken("numbers.json"));
    ASSERT_TRUE(rows.has_value());
    ASSERT_EQ(rows->size(), 5U);
    EXPECT_EQ((*rows)[0].problem, "");
    for (std::size_t i : {1U, 2U, 4U})
        EXPECT_NE((*rows)[i].problem.find("a single value"), std::string::npos);
    EXPECT_NE((*rows)[3].problem.find("an array"), std::string::npos);
}

TEST(MalformedDataset, RefusesWholeFilesThatCannotBeReadOn) {
    const Refusal refusals[] = {
        {"utf16.jsonl", ErrorCode::Malformed, {"utf16.jsonl", "UTF-16", "Save it as UTF-8"}},
        {"cut_off.json", ErrorCode::Malformed, {"cut_off.json: line 3", "ends early"}},
        {"no_comma.json", ErrorCode::Malformed, {"no_comma.json: line 3", "not valid JSON"}},
        {"after_the_end.json", ErrorCode::Malformed, {"line 2", "not valid JSON"}},
        {"nul_at_the_end.json", ErrorCode::Malformed, {"line 2", "not valid JSON"}},
        {"only_open.json", ErrorCode::Malformed, {"line 1", "ends early"}},
        {"columns_twice.csv", ErrorCode::Malformed, {"line 1", "two columns are called output"}},
        {"two_lists.json",
         ErrorCode::Malformed,
         {"rows under \"train\" and under \"test\"", "a file of their own"}},
        {"list_cut_off.json", ErrorCode::Malformed, {"line 4", "ends early"}},
        {"not_utf8.json", ErrorCode::Malformed, {"line 3: byte 36, 0xE9, is not UTF-8"}},
        {"utf16_without_mark.json", ErrorCode::Malformed, {"UTF-16", "Save it as UTF-8"}},
        {"two_arrays.jsonl", ErrorCode::Malformed, {"line 2", "not valid JSON"}},
        {"compressed.jsonl", ErrorCode::Unsupported, {"compressed.jsonl is compressed"}},
        {"carriage_returns.csv", ErrorCode::Malformed, {"line 1", "carriage return"}},
        {"empty.csv", ErrorCode::Malformed, {"is empty", "names of the columns"}},
    };
    for (const Refusal& refusal : refusals)
        expectRefused(test::rowsOf(broken(refusal.file)), refusal);
}

TEST(MalformedDataset, SeesFilesWithoutRows) {
    for (const char* name : {"empty.jsonl", "blank_lines.jsonl", "header_only.csv"}) {
        const auto rows = test::rowsOf(broken(name));
        ASSERT_TRUE(rows.has_value()) << name;
        EXPECT_TRUE(rows->empty()) << name;
    }
}

}  // namespace
}  // namespace dsm
