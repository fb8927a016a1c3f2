// The rows of Parquet files, as pyarrow, polars and DuckDB write them.

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "engine/train/data/example.h"
#include "tests/engine/train/data/row_fixture.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

using nlohmann::json;
using test::rowsOf;

const std::string kGolden = DSM_SOURCE_DIR "/tests/golden/";

// golden_parquet.py writes the file.
TEST(Parquet, ReadsEveryKindOfColumnThatAnExampleMayComeIn) {
    const auto found = rowsOf(kGolden + "rows.parquet");
    ASSERT_TRUE(found.has_value()) << found.error().message;
    ASSERT_EQ(found->size(), 3U);
    EXPECT_EQ(
        (*found)[0].columns,
        (json{{"instruction", "Add 1 and 2."},
              {"input", "as a digit"},
              {"output", "3"},
              {"messages", json::array({{{"role", "user"}, {"content", "Hi"}},
                                        {{"role", "assistant"}, {"content", "Hello"}}})},
              {"source", "a"},
              {"score", 1.5},
              {"count", 1},
              {"good", true},
              {"when", {{"not read", "a time, a decimal or another value that is not read"}}}}));
    EXPECT_EQ((*found)[1].columns["output"], "你好！");
    EXPECT_EQ((*found)[1].columns["input"], nullptr);
    EXPECT_EQ((*found)[1].columns["messages"], json::array());
    EXPECT_EQ((*found)[1].columns["source"], "b");
    EXPECT_EQ((*found)[2].columns["messages"], nullptr);  // of the second row group
    EXPECT_EQ((*found)[2].columns["source"], "a");
    EXPECT_EQ((*found)[2].line, 3);
}

TEST(Parquet, ReadsWhatEveryWriterMakesOfOneTable) {
    const std::filesystem::path folder = kGolden + "parquet";
    const json expected = json::parse(contentOf(folder / "rows.json"));
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".parquet") continue;
        SCOPED_TRACE(entry.path().filename());
        const auto found = rowsOf(entry.path());
        ASSERT_TRUE(found.has_value()) << found.error().message;
        ASSERT_EQ(found->size(), expected.size());
        for (std::size_t i = 0; i < found->size(); ++i)
            ASSERT_EQ((*found)[i].columns, expected[i]) << i;
        ++files;
    }
    EXPECT_EQ(files, 11);
}

// It was read behind the end of the columns.
TEST(Parquet, RefusesAGroupOfColumnsThatHasValuesToo) {
    std::string text = contentOf(kGolden + "parquet/plain.parquet");
    const std::size_t group = text.find("\x35\x02\x18\x08messages");
    text.replace(group, 1, "\x15\x0c\x25");                                // of the type ByteArray
    text[text.size() - 8] = static_cast<char>(text[text.size() - 8] + 2);  // the footer's length
    const TemporaryFolder folder;
    const auto refused = rowsOf(folder.write("a.parquet", text));
    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().message.ends_with("messages has values and columns below it."));
}

TEST(Parquet, RefusesWhatIsNone) {
    const TemporaryFolder folder;
    const std::string whole = contentOf(kGolden + "rows.parquet");
    for (const std::string& text : {std::string(), std::string("PAR1"), std::string(200, 'x'),
                                    whole.substr(0, whole.size() / 2)}) {
        const auto refused = rowsOf(folder.write("a.parquet", text));
        ASSERT_FALSE(refused.has_value());
        EXPECT_EQ(refused.error().code, ErrorCode::Malformed);
        EXPECT_NE(refused.error().message.find("a.parquet"), std::string::npos);
    }
    EXPECT_EQ(rowsOf(folder / "missing.parquet").error().code, ErrorCode::NotFound);
}

json notReadAs(const char* what) {
    return {{"not read", what}};
}

// A map in it, or bytes that are not UTF-8, made the whole file useless.
TEST(Parquet, ReadsExamplesBesideColumnsThatNoneIsMadeOf) {
    const auto found = rowsOf(kGolden + "other_columns.parquet");
    ASSERT_TRUE(found.has_value()) << found.error().message;
    ASSERT_EQ(found->size(), 2U);
    EXPECT_EQ(
        (*found)[0].columns,
        (json{{"instruction", "1?"},
              {"output", "one"},
              {"scores", {{"a", 1}, {"b", nullptr}}},
              {"names", {{"7", "x"}}},
              {"turns", json::array({{{"role", "user"}, {"of", {{"k", {1, 2}}}}}})},
              {"picture", {{"bytes", notReadAs("bytes that are not UTF-8")}, {"path", "a.png"}}},
              {"price", notReadAs("a time, a decimal or another value that is not read")},
              {"day", notReadAs("a time, a decimal or another value that is not read")},
              {"squeezed", "x"}}));
    EXPECT_EQ((*found)[1].columns, (json{{"instruction", "2?"},
                                         {"output", "two"},
                                         {"scores", json::object()},
                                         {"names", nullptr},
                                         {"turns", json::array()},
                                         {"picture", nullptr},
                                         {"price", nullptr},
                                         {"day", nullptr},
                                         {"squeezed", "y"}}));
}

TEST(Parquet, GoesWithoutAColumnInAFormThatIsNotRead) {
    std::string text = contentOf(kGolden + "other_columns.parquet");
    const std::string gzip = "squeezed\x15\x04";  // the codec, in the footer
    const std::size_t at = text.find(gzip);
    ASSERT_NE(at, std::string::npos);
    text[at + gzip.size() - 1] = 6;  // LZO
    const TemporaryFolder folder;
    const auto found = rowsOf(folder.write("a.parquet", text));
    ASSERT_TRUE(found.has_value()) << found.error().message;
    ASSERT_EQ(found->size(), 2U);
    for (const auto& row : *found)
        EXPECT_EQ(row.columns["squeezed"], notReadAs("in a form of Parquet that is not read"));
    EXPECT_EQ((*found)[1].columns["output"], "two");
}

TEST(Parquet, RefusesByNameWhatIsUsedAndNotRead) {
    const auto found = rowsOf(kGolden + "other_columns.parquet");
    ASSERT_TRUE(found.has_value() && !found->empty());
    const json& row = (*found)[0].columns;
    EXPECT_EQ(readExample(row, {})->unusedColumns.size(), 7U);
    const std::pair<ColumnMap, const char*> cases[] = {
        {{{"output", "day"}}, "the column day is a time, a decimal"},
        {{{"input", "price"}}, "the column price is a time, a decimal"},
        {{{"instruction", "scores"}}, "the column scores is an object"},
        {{{"messages", "names"}}, "the column names is an object"}};
    for (const auto& [columns, says] : cases) {
        const auto refused = readExample(row, columns);
        ASSERT_FALSE(refused.has_value()) << says;
        EXPECT_NE(refused.error().message.find(says), std::string::npos) << refused.error().message;
    }
    json weighed = row;
    weighed["weight"] = row["price"];
    const auto refused = readExample(weighed, {});
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().message.find("weight"), std::string::npos) << refused.error().message;
    json bytes{{"instruction", "1?"}, {"output", row["picture"]["bytes"]}};
    EXPECT_NE(readExample(bytes, {}).error().message.find("output is bytes that are not UTF-8"),
              std::string::npos);
}

}  // namespace
}  // namespace dsm
