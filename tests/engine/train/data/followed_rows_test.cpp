// A data set that follows edits is what reading its files anew would make of them.
#include <gtest/gtest.h>

#include <random>

#include "engine/text/tokenizer.h"
#include "engine/text/tokenizer_load.h"
#include "engine/train/data/open_rows.h"
#include "engine/train/data/text_dataset.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

std::string questionOf(int i) {
    return "question number " + std::to_string(i % 17) + " of the " + std::to_string(i % 5) +
           " that are asked in this town";
}

json rowOf(int i) {
    json row{{"instruction", questionOf(i)}, {"output", "answer " + std::to_string(i % 23)}};
    if (i % 4 == 0) row["note"] = "seen";
    if (i % 6 == 0) row["history"] = json::array({json::array({"before", "it"})});
    return row;
}

std::string linesOf(int rows) {
    std::string text;
    for (int i = 0; i < rows; ++i)
        text += rowOf(i).dump() + (i % 9 == 0 ? "\n\n" : "\n");
    return text + "{\"instruction\": \"q\", \"output\": \"\"}\n";
}

std::string tableOf(int rows) {
    std::string text = "instruction,output\n";
    for (int i = 0; i < rows; ++i)
        text += questionOf(i) + ",\"answer,\n" + std::to_string(i % 7) + "\"\n";
    return text;
}

void expectEqual(const std::vector<RepeatedRow>& a, const std::vector<RepeatedRow>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(a[i].place, b[i].place);
        EXPECT_EQ(a[i].first, b[i].first);
    }
}

void expectEqual(const DatasetReport& a, const DatasetReport& b) {
    EXPECT_EQ(a.rows, b.rows);
    EXPECT_EQ(a.examples, b.examples);
    EXPECT_EQ(a.edited, b.edited);
    EXPECT_EQ(a.leftOut, b.leftOut);
    EXPECT_EQ(a.refused, b.refused);
    EXPECT_EQ(a.repeated, b.repeated);
    EXPECT_EQ(a.near, b.near);
    EXPECT_EQ(a.nearCompared, b.nearCompared);
    EXPECT_EQ(a.tokens, b.tokens);
    EXPECT_EQ(a.trainedTokens, b.trainedTokens);
    EXPECT_EQ(a.specialNames, b.specialNames);
    EXPECT_EQ(a.withHistory, b.withHistory);
    EXPECT_EQ(a.unusedColumns, b.unusedColumns);
    for (const double share : {0.0, 0.5, 0.99, 1.0})
        EXPECT_EQ(a.lengths.percentile(share), b.lengths.percentile(share));
    expectEqual(a.firstRepeated, b.firstRepeated);
    expectEqual(a.firstNear, b.firstNear);
}

void expectEqual(const TextDataset& a, const TextDataset& b) {
    expectEqual(a.report(), b.report());
    ASSERT_EQ(a.size(), b.size());
    EXPECT_EQ(a.hashes(), b.hashes());
    for (std::int64_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(a.place(i), b.place(i));
        const auto one = a.sample(i), other = b.sample(i);
        ASSERT_TRUE(one && other);
        EXPECT_EQ(one->ids, other->ids);
        EXPECT_EQ(one->labels, other->labels);
    }
    for (const std::int64_t limit : {2, 9, 20, 30, 40, 200}) {
        const LimitOutcome one = a.shapes().at(limit), other = b.shapes().at(limit);
        EXPECT_EQ(one.examples, other.examples);
        EXPECT_EQ(one.cut, other.cut);
        EXPECT_EQ(one.cutInsideAnswer, other.cutInsideAnswer);
        EXPECT_EQ(one.trainedTokens, other.trainedTokens);
    }
}

class FollowedRowsTest : public testing::Test {
  protected:
    void SetUp() override {
        auto tokenizer = loadTokenizer(std::string(DSM_SOURCE_DIR) + "/tests/golden/tiny");
        ASSERT_TRUE(tokenizer.has_value());
        tokenizer_ = std::move(*tokenizer);
    }
    std::unique_ptr<TextDataset> read(const std::vector<fs::path>& files) {
        auto dataset = TextDataset::read({.files = files,
                                          .appliesEdits = true,
                                          .maximumTokens = 1 << 20,
                                          .threads = 1,
                                          .samplesToShow = 0,
                                          .findsNear = true,
                                          .keepsShapes = true,
                                          .followsEdits = true},
                                         *tokenizer_, {}, {});
        EXPECT_TRUE(dataset.has_value()) << (dataset ? "" : dataset.error().message);
        return dataset ? std::move(*dataset) : nullptr;
    }
    // Null leaves the row out; none takes the edit back.
    bool edit(TextDataset& dataset, const std::vector<fs::path>& files, const RowPlace& place,
              const TextDataset::FoundRow& row, const std::optional<json>& columns) {
        auto edits = RowEdits::load(files[place.file]);
        EXPECT_TRUE(edits.has_value());
        const auto found = [&]() -> std::optional<RowEdits::Edit> {
            const RowEdits::Edit* one = edits->find(place.line);
            return one == nullptr ? std::nullopt : std::optional(*one);
        };
        EditedRow edited{.place = place, .offset = row.offset, .text = row.text};
        edited.before = found();
        if (columns)
            edits->replace(place.line, row.text, *columns);
        else
            edits->takeBack(place.line);
        edited.after = found();
        EXPECT_TRUE(edits->save().has_value());
        const auto followed = dataset.follow(edited);
        EXPECT_TRUE(followed.has_value());
        return followed.value_or(false);
    }

    TemporaryFolder folder_;
    std::unique_ptr<Tokenizer> tokenizer_;
};

TEST_F(FollowedRowsTest, AreWhatAReadingAnewMakesOfThem) {
    const std::vector<fs::path> files{
        folder_.write("a.jsonl", linesOf(60)),
        folder_.write("b.json", "{\"rows\": [\n" + rowOf(3).dump() + ",\n " + rowOf(4).dump() +
                                    ",\n" + rowOf(61).dump() + "]}"),
        folder_.write("c.csv", tableOf(25))};
    const auto dataset = read(files);
    ASSERT_NE(dataset, nullptr);
    std::mt19937 random(5);
    std::vector<std::pair<RowPlace, TextDataset::FoundRow>> changed;
    for (int i = 0; i < 40; ++i) {
        std::optional<json> columns;
        RowPlace place;
        TextDataset::FoundRow row;
        if (i % 5 == 4) {  // back to what the file says
            std::tie(place, row) = changed[random() % changed.size()];
        } else {
            place = dataset->place(static_cast<std::int64_t>(random() % dataset->size()));
            const auto found = dataset->row(place);
            ASSERT_TRUE(found.has_value()) << found.error().message;
            row = *found;
            changed.emplace_back(place, row);
            columns = i % 2 == 0 ? json(nullptr) : rowOf(static_cast<int>(random() % 80));
        }
        ASSERT_TRUE(edit(*dataset, files, place, row, columns)) << i;
        const auto anew = read(files);
        ASSERT_NE(anew, nullptr);
        expectEqual(*dataset, *anew);
        if (HasFailure()) FAIL() << "after edit " << i;
    }
}

TEST_F(FollowedRowsTest, RowsThatAreRefusedAreReadAnew) {
    const std::vector<fs::path> files{folder_.write("a.jsonl", linesOf(5))};
    const auto dataset = read(files);
    const RowPlace place = dataset->place(2);
    const auto row = dataset->row(place);
    ASSERT_TRUE(row.has_value());
    const json empty{{"instruction", "q"}, {"output", ""}};
    EXPECT_FALSE(edit(*dataset, files, place, *row, empty));
    EXPECT_EQ(dataset->size(), 5);
    EXPECT_FALSE(dataset->row({0, 999}).has_value());
}

TEST_F(FollowedRowsTest, RowsAreFoundAtTheirPlacesInEveryFormat) {
    const std::vector<fs::path> files{
        folder_.write("a.jsonl", linesOf(30)), folder_.write("c.csv", tableOf(12)),
        folder_.write("b.json", "[" + rowOf(1).dump(2) + "\n ,\n" + rowOf(2).dump() + "]"),
        fs::path(DSM_SOURCE_DIR) / "tests/golden/rows.parquet"};
    for (const fs::path& file : files) {
        const auto rows = openRows(file);
        ASSERT_TRUE(rows.has_value());
        int count = 0;
        const auto scanned = (*rows)->scan(
            [&](const RawRow& row, double) {
                ++count;
                const auto again = (*rows)->textAt(row.line, row.offset);
                ASSERT_TRUE(again.has_value()) << again.error().message;
                EXPECT_EQ(*again, row.text);
            },
            {});
        EXPECT_TRUE(scanned.has_value());
        EXPECT_GT(count, 1) << file;
        EXPECT_FALSE((*rows)->textAt(1 << 20, std::uint64_t{1} << 40).has_value());
    }
}

}  // namespace
}  // namespace dsm
