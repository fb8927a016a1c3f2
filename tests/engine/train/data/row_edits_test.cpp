#include "engine/train/data/row_edits.h"
#include "engine/text/tokenizer_load.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/train/data/open_rows.h"
#include "engine/train/data/text_dataset.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

using nlohmann::json;

class RowEditsTest : public testing::Test {
  protected:
    void SetUp() override {
        auto loaded = loadTokenizer(std::string(DSM_SOURCE_DIR) + "/tests/golden/tiny");
        ASSERT_TRUE(loaded.has_value());
        tokenizer_ = std::move(*loaded);
        data_ = folder_.write("a.csv", "instruction,output\n1?,one\n2?,\"two\n3?,three\n4?,four\n");
    }

    Result<std::unique_ptr<TextDataset>> read(bool appliesEdits) {
        return TextDataset::read({.files = {data_}, .appliesEdits = appliesEdits, .threads = 1},
                                 *tokenizer_, {}, {});
    }
    std::string textOf(const TextDataset& dataset, std::int64_t i) {
        return tokenizer_->decode(dataset.sample(i)->ids);
    }
    void edit() {
        auto edits = RowEdits::load(data_);
        ASSERT_TRUE(edits.has_value());
        edits->replace(2, "1?,one\n", json{{"instruction", "1?"}, {"output", "ONE"}});
        edits->leaveOut(4, "3?,three\n");
        ASSERT_TRUE(edits->save().has_value());
    }

    TemporaryFolder folder_;
    std::filesystem::path data_;
    std::unique_ptr<Tokenizer> tokenizer_;
};

TEST_F(RowEditsTest, AreKeptBesideTheFileAndReadBack) {
    edit();
    const auto edits = RowEdits::load(data_);
    ASSERT_TRUE(edits.has_value()) << edits.error().message;
    ASSERT_EQ(edits->rows().size(), 2U);
    EXPECT_EQ(edits->find(2)->row["output"], "ONE");
    EXPECT_TRUE(edits->find(4)->isLeftOut());
    EXPECT_TRUE(RowEdits::check(*edits->find(4), "3?,three\n").has_value());
    EXPECT_FALSE(RowEdits::check(*edits->find(4), "3?,thre\n").has_value());
    EXPECT_EQ(edits->find(3), nullptr);
    EXPECT_TRUE(std::filesystem::exists(folder_ / "a.csv.edits.json"));
}

TEST_F(RowEditsTest, TakenBackLeaveNoFile) {
    edit();
    auto edits = RowEdits::load(data_);
    edits->takeBack(2);
    edits->takeBack(4);
    ASSERT_TRUE(edits->save().has_value());
    EXPECT_EQ(folder_.fileCount(), 1U);
    EXPECT_TRUE(RowEdits::load(data_)->rows().empty());
}

TEST_F(RowEditsTest, AreReadInTheRowsPlaceWhereThatIsAsked) {
    edit();
    const auto plain = read(false);
    ASSERT_TRUE(plain.has_value()) << plain.error().message;
    EXPECT_EQ((*plain)->size(), 3);
    EXPECT_EQ(textOf(**plain, 0), "User: 1?\n\nAssistant: one");
    const auto edited = read(true);
    ASSERT_TRUE(edited.has_value()) << edited.error().message;
    ASSERT_EQ((*edited)->size(), 2);
    EXPECT_EQ(textOf(**edited, 0), "User: 1?\n\nAssistant: ONE");
    EXPECT_EQ(textOf(**edited, 1), "User: 4?\n\nAssistant: four");
    EXPECT_EQ((*edited)->report().edited, 1);
    EXPECT_EQ((*edited)->report().leftOut, 1);
    EXPECT_EQ((*edited)->report().rows, 3);
}

TEST_F(RowEditsTest, RepairARowThatCannotBeRead) {
    auto edits = RowEdits::load(data_);
    // The open quote takes the rest of the file with it, so that the row is its first line.
    std::string text;
    const auto file = openRows(data_);
    ASSERT_TRUE(file.has_value());
    ASSERT_TRUE((*file)
                    ->scan(
                        [&](const RawRow& row, double) {
                            if (row.line == 3) text = row.text;
                        },
                        {})
                    .has_value());
    edits->replace(3, text, json{{"instruction", "2?"}, {"output", "two"}});
    ASSERT_TRUE(edits->save().has_value());
    const auto edited = read(true);
    ASSERT_TRUE(edited.has_value()) << edited.error().message;
    EXPECT_EQ((*edited)->report().refused, 0);
    EXPECT_EQ(textOf(**edited, 1), "User: 2?\n\nAssistant: two");
}

TEST_F(RowEditsTest, AreRefusedWhereTheFileHasChanged) {
    edit();
    folder_.write("a.csv", "instruction,output\n1?,uno\n3?,three\n3?,three\n4?,four\n");
    const auto changed = read(true);
    ASSERT_FALSE(changed.has_value());
    EXPECT_NE(changed.error().message.find("a.csv: line 2: the row was edited"), std::string::npos)
        << changed.error().message;
    folder_.write("a.csv", "instruction,output\n1?,one\n");
    const auto shorter = read(true);
    ASSERT_FALSE(shorter.has_value());
    EXPECT_NE(shorter.error().message.find("rows that are no more"), std::string::npos);
}

TEST_F(RowEditsTest, SayWhatIsWrongWithTheirFile) {
    const std::pair<const char*, const char*> cases[] = {
        {"{", "a.csv.edits.json"},
        {"[]", "expected {\"format\": 1"},
        {R"({"format": 2, "rows": {}})", "newer version"},
        {R"({"format": 1, "rows": {"x": {"was": "a", "row": null}}})", "rows.x: expected"},
        {R"({"format": 1, "rows": {"0": {"was": "a", "row": null}}})", "rows.0: expected"},
        {R"({"format": 1, "rows": {"2": {"was": "a", "row": 7}}})", "rows.2: expected"},
        {R"({"format": 1, "rows": {"2": {"row": null}}})", "rows.2: expected"}};
    for (const auto& [text, part] : cases) {
        folder_.write("a.csv.edits.json", text);
        const auto dataset = read(true);
        ASSERT_FALSE(dataset.has_value()) << text;
        EXPECT_NE(dataset.error().message.find(part), std::string::npos) << dataset.error().message;
    }
}

}  // namespace
}  // namespace dsm
