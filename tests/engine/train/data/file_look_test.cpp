#include "engine/train/data/file_look.h"

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

std::vector<ColumnLook> texts(const std::vector<std::string>& names) {
    std::vector<ColumnLook> columns;
    for (const std::string& name : names)
        columns.push_back({name, "x", true, false});
    return columns;
}

TEST(GuessColumns, NeedsNothingWhereTheNamesAreKnown) {
    EXPECT_TRUE(guessColumns(texts({"instruction", "input", "output"})).empty());
    EXPECT_TRUE(guessColumns(texts({"id", "messages"})).empty());
    EXPECT_TRUE(guessColumns(texts({"text", "source"})).empty());
}

TEST(GuessColumns, KnowsTheNamesOfOthers) {
    EXPECT_EQ(guessColumns(texts({"id", "Question", "Answer"})),
              (ColumnMap{{"instruction", "Question"}, {"output", "Answer"}}));
    EXPECT_EQ(
        guessColumns(texts({"system_prompt", "question", "response"})),
        (ColumnMap{
            {"system", "system_prompt"}, {"instruction", "question"}, {"output", "response"}}));
    EXPECT_EQ(guessColumns(texts({"instruction", "response"})),
              (ColumnMap{{"instruction", "instruction"}, {"output", "response"}}));
    EXPECT_EQ(guessColumns(texts({"id", "content"})), (ColumnMap{{"text", "content"}}));
    EXPECT_EQ(guessColumns(texts({"dialogue"})), (ColumnMap{{"messages", "dialogue"}}));
}

TEST(GuessColumns, LeavesOpenWhereNoNameHelps) {
    EXPECT_TRUE(guessColumns(texts({"hint", "what", "then"})).empty());
    EXPECT_TRUE(guessColumns(texts({"left", "right"})).empty());
    // The columns of rows come by their names, not as a file has them.
    EXPECT_EQ(guessColumns(texts({"antwort", "frage"})),
              (ColumnMap{{"instruction", "frage"}, {"output", "antwort"}}));
    EXPECT_EQ(guessColumns(texts({"answer", "what"})),
              (ColumnMap{{"instruction", "what"}, {"output", "answer"}}));
    EXPECT_EQ(guessColumns(texts({"alone"})), (ColumnMap{{"text", "alone"}}));
    EXPECT_TRUE(guessColumns({}).empty());
}

TEST(FileLook, ShowsFormatColumnsAndTheirFirstValues) {
    TemporaryFolder folder;
    const auto csv =
        lookAtFile(folder.write("a.csv", "frage;antwort;note\nWo?;Da.;\nWer?;Ich.;x\n"), {});
    ASSERT_TRUE(csv.has_value()) << csv.error().message;
    EXPECT_EQ(csv->layout.format, RowFormat::Csv);
    EXPECT_EQ(csv->layout.delimiter, ';');
    ASSERT_EQ(csv->columns.size(), 3U);
    // Sorted by name: the library that holds a row keeps no other order.
    EXPECT_EQ(csv->columns[0].name, "antwort");
    EXPECT_EQ(csv->columns[0].value, "Da.");
    EXPECT_EQ(csv->columns[2].value, "x");

    const auto list = lookAtFile(
        folder.write("b.json", R"({"rows": [{"talk": [{"role": "user", "content": "a"}]}]})"), {});
    ASSERT_TRUE(list.has_value()) << list.error().message;
    EXPECT_EQ(list->layout.format, RowFormat::JsonArray);
    EXPECT_EQ(list->layout.list, "rows");
    ASSERT_EQ(list->columns.size(), 1U);
    EXPECT_TRUE(list->columns[0].isConversation);
    EXPECT_FALSE(list->columns[0].isText);
    EXPECT_EQ(list->guessed, (ColumnMap{{"messages", "talk"}}));
}

TEST(FileLook, GoesByTheRowsThatCanBeRead) {
    TemporaryFolder folder;
    const auto look =
        lookAtFile(folder.write("a.jsonl", "{broken\n{\"prompt\": \"a\", \"reply\": \"b\"}\n"), {});
    ASSERT_TRUE(look.has_value()) << look.error().message;
    EXPECT_EQ(look->guessed, (ColumnMap{{"instruction", "prompt"}, {"output", "reply"}}));
    EXPECT_FALSE(lookAtFile(folder.path() / "missing.jsonl", {}).has_value());
}

}  // namespace
}  // namespace dsm
