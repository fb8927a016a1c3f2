#include "engine/train/data/text_dataset.h"
#include "engine/text/tokenizer_load.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/scoped_variable.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

using nlohmann::json;

class TextDatasetTest : public testing::Test {
  protected:
    void SetUp() override {
        auto loaded = loadTokenizer(std::string(DSM_SOURCE_DIR) + "/tests/golden/tiny");
        ASSERT_TRUE(loaded.has_value());
        tokenizer_ = std::move(*loaded);
    }

    Result<std::unique_ptr<TextDataset>> read(const std::string& name, const std::string& text,
                                              int threads = 1) {
        return TextDataset::read(
            {.files = {folder_.write(name, text)}, .maximumTokens = 64, .threads = threads},
            *tokenizer_, {}, {});
    }

    TemporaryFolder folder_;
    std::unique_ptr<Tokenizer> tokenizer_;
};

std::string manyRows() {
    std::string text;
    for (int i = 0; i < 3000; ++i) {
        const std::string answer(static_cast<std::size_t>(i % 40), 'a');
        text += json{{"instruction", "question " + std::to_string(i)}, {"output", answer}}.dump();
        text += '\n';
    }
    return text;
}

TEST_F(TextDatasetTest, HoldsTheUsableRowsInTheirOrder) {
    const auto dataset = read("a.jsonl", manyRows());
    ASSERT_TRUE(dataset.has_value()) << dataset.error().message;
    EXPECT_EQ((*dataset)->report().rows, 3000);
    EXPECT_EQ((*dataset)->report().refused, 75);  // each fortieth answer is empty
    ASSERT_EQ((*dataset)->size(), 2925);
    for (const std::int64_t i : {2924, 0, 1500}) {
        const std::int64_t row = i + i / 39 + 1;
        const Example example{
            {{ChatRole::User, "question " + std::to_string(row)},
             {ChatRole::Assistant, std::string(static_cast<std::size_t>(row % 40), 'a')}}};
        const auto expected = renderSample(example, SampleTemplate::Chat, *tokenizer_, 64);
        const auto sample = (*dataset)->sample(i);
        ASSERT_TRUE(sample.has_value());
        EXPECT_EQ(sample->ids, expected->sample.ids) << i;
        EXPECT_EQ(sample->labels, expected->sample.labels) << i;
        EXPECT_EQ((*dataset)->length(i).tokens, lengthOf(*sample).tokens);
        EXPECT_EQ((*dataset)->length(i).labels, lengthOf(*sample).labels);
    }
}

// The file without a name that holds the tokens, found among those that this program has open.
std::filesystem::path openSpool() {
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code gone;
        const auto target = std::filesystem::read_symlink(entry.path(), gone);
        if (target.string().find("deepseekmoe-samples-") != std::string::npos) return entry.path();
    }
    return {};
}

TEST_F(TextDatasetTest, SaysWhichFileASampleThatCannotBeReadIsOf) {
    const auto dataset = read("a.jsonl", manyRows());
    ASSERT_TRUE(dataset.has_value());
    std::filesystem::resize_file(openSpool(), 4096);
    EXPECT_TRUE((*dataset)->sample(0).has_value());
    const auto lost = (*dataset)->sample(2924);
    ASSERT_FALSE(lost.has_value());
    EXPECT_EQ(lost.error().code, ErrorCode::Io);
    for (const char* part : {"Example 2925 of ", "a.jsonl", "Cannot read"})
        EXPECT_NE(lost.error().message.find(part), std::string::npos) << lost.error().message;
    EXPECT_GT((*dataset)->length(2924).tokens, 0);
}

TEST_F(TextDatasetTest, IsTheSameWithAnyNumberOfThreads) {
    const auto one = read("a.jsonl", manyRows(), 1);
    const auto three = read("b.jsonl", manyRows(), 3);
    ASSERT_TRUE(one.has_value() && three.has_value());
    ASSERT_EQ((*one)->size(), (*three)->size());
    for (std::int64_t i = 0; i < (*one)->size(); ++i)
        ASSERT_EQ((*one)->sample(i)->ids, (*three)->sample(i)->ids);
    EXPECT_EQ((*one)->report().firstRefused.at(3).place.line,
              (*three)->report().firstRefused.at(3).place.line);
}

TEST_F(TextDatasetTest, OutlivesItsFile) {
    const auto dataset = read("a.csv", "instruction,output\nq,a\n");
    ASSERT_TRUE(dataset.has_value());
    std::filesystem::remove(folder_ / "a.csv");
    EXPECT_FALSE((*dataset)->sample(0)->ids.empty());
}

TEST_F(TextDatasetTest, RefusesAFileWithoutUsableRowsAndSaysWhy) {
    const auto none = read("a.jsonl", "");
    ASSERT_FALSE(none.has_value());
    EXPECT_TRUE(none.error().message.ends_with("a.jsonl holds no rows."));
    const auto broken = read("b.jsonl", "{\n{\"text\": \"x\"}\n");
    ASSERT_FALSE(broken.has_value());
    for (const char* part : {"none of 2 rows is usable. Line 1: ", "Line 2: ", "raw template"})
        EXPECT_NE(broken.error().message.find(part), std::string::npos) << broken.error().message;
}

TEST_F(TextDatasetTest, CountsColumnsNotUsedRowsThatTrainNothingAndCutAnswers) {
    const std::string answer(300, 'a');
    const auto dataset = read(
        "a.jsonl", json{{"instruction", "q"}, {"output", "a"}, {"id", 1}, {"tag", "x"}}.dump() +
                       "\n" + json{{"instruction", "q"}, {"output", answer}, {"id", 2}}.dump() +
                       "\n" + json{{"instruction", answer}, {"output", "a"}}.dump() + "\n" +
                       json{{"instruction", "q"}, {"output", "b"}, {"weight", 0}}.dump() + "\n" +
                       json{{"instruction", "q"},
                            {"output", "b"},
                            {"history", json::array({json::array({"p", "o"})})},
                            {"id", nullptr}}
                           .dump());
    ASSERT_TRUE(dataset.has_value()) << dataset.error().message;
    const DatasetReport& report = (*dataset)->report();
    EXPECT_EQ(report.unusedColumns, (std::map<std::string, std::int64_t>{{"id", 2}, {"tag", 1}}));
    EXPECT_EQ(report.refused, 2);
    EXPECT_EQ(report.trainNothing, 2);
    EXPECT_EQ(report.cut, 1);
    EXPECT_EQ(report.cutInsideAnswer, 1);
    EXPECT_EQ(report.withHistory, 1);
}

TEST_F(TextDatasetTest, RefusesNamesOfColumnsThatNothingHas) {
    const auto named = [&](const ColumnMap& columns) {
        const auto dataset = TextDataset::read(
            {.files = {folder_.write("a.jsonl", "{\"q\": \"x\", \"output\": \"y\"}\n")},
             .columns = columns},
            *tokenizer_, {}, {});
        return dataset ? "" : dataset.error().message;
    };
    EXPECT_EQ(named({{"instruction", "q"}}), "");
    EXPECT_NE(named({{"question", "q"}}).find("\"question\" is unknown"), std::string::npos);
    EXPECT_NE(named({{"instruction", "q"}, {"system", "sys"}})
                  .find("a.jsonl: no row has the column sys, which is to be the system"),
              std::string::npos);
}

TEST_F(TextDatasetTest, ReadsSeveralFilesAsOne) {
    const auto one = folder_.write("a.jsonl", R"({"instruction": "1?", "output": "one"}
{"instruction": "2?", "output": ""}
)");
    const auto two = folder_.write("b.csv", "instruction,output\n3?,three\n1?,one\n,four\n");
    std::vector<std::string> refused;
    const auto dataset = TextDataset::read(
        {.files = {one, two},
         .threads = 1,
         .refused = [&](const RefusedRow& row) { refused.push_back(row.reason.text()); }},
        *tokenizer_, {}, {});
    ASSERT_TRUE(dataset.has_value()) << dataset.error().message;
    const DatasetReport& report = (*dataset)->report();
    EXPECT_EQ(report.rows, 5);
    EXPECT_EQ(report.examples, 3);
    EXPECT_EQ((*dataset)->place(1), (RowPlace{1, 2}));
    ASSERT_EQ(report.firstRepeated.size(), 1U);
    EXPECT_EQ(report.nameOf(report.firstRepeated[0].place), "b.csv: line 3");
    EXPECT_EQ(report.nameOf(report.firstRepeated[0].first), "a.jsonl: line 1");
    ASSERT_EQ(report.firstRefused.size(), 2U);
    EXPECT_EQ(report.firstRefused[1].place, (RowPlace{1, 4}));
    EXPECT_EQ(refused.size(), 2U);
}

TEST_F(TextDatasetTest, NamesTheFileThatIsMissingAmongSeveral) {
    const auto one = folder_.write("a.jsonl", "{\"instruction\": \"q\", \"output\": \"a\"}\n");
    const auto dataset =
        TextDataset::read({.files = {one, folder_ / "gone.jsonl"}}, *tokenizer_, {}, {});
    ASSERT_FALSE(dataset.has_value());
    EXPECT_NE(dataset.error().message.find("gone.jsonl"), std::string::npos);
}

TEST_F(TextDatasetTest, GivesRowsWithoutASystemTextTheOneOfTheOptions) {
    const std::string rows = json{{"instruction", "q"}, {"output", "a"}}.dump() + "\n" +
                             json{{"instruction", "q"}, {"output", "a"}, {"system", "Own."}}.dump();
    TextDatasetOptions options{
        .files = {folder_.write("a.jsonl", rows)}, .systemText = "Be kind.", .threads = 1};
    const auto dataset = TextDataset::read(options, *tokenizer_, {}, {});
    ASSERT_TRUE(dataset.has_value()) << dataset.error().message;
    EXPECT_TRUE(tokenizer_->decode((*dataset)->sample(0)->ids).starts_with("Be kind.\n\nUser: q"));
    EXPECT_TRUE(tokenizer_->decode((*dataset)->sample(1)->ids).starts_with("Own.\n\nUser: q"));
    options.sampleTemplate = SampleTemplate::Raw;
    const auto raw = TextDataset::read(options, *tokenizer_, {}, {});
    ASSERT_FALSE(raw.has_value());
    EXPECT_EQ(raw.error().code, ErrorCode::Unsupported);
}

TEST_F(TextDatasetTest, ReadsTheFirstRowsAloneWhereThatIsWanted) {
    const auto dataset =
        TextDataset::read({.files = {folder_.write("a.jsonl", manyRows()), folder_ / "a.jsonl"},
                           .threads = 1,
                           .mostRows = 10},
                          *tokenizer_, {}, {});
    ASSERT_TRUE(dataset.has_value()) << dataset.error().message;
    EXPECT_EQ((*dataset)->report().rows, 10);
}

TEST_F(TextDatasetTest, LeavesAFieldOutWhoseColumnIsEmpty) {
    const auto dataset = TextDataset::read(
        {.files = {folder_.write("a.jsonl", R"({"text": "x", "instruction": "q", "output": "a"})")},
         .sampleTemplate = SampleTemplate::Raw,
         .columns = {{"output", ""}},
         .threads = 1},
        *tokenizer_, {}, {});
    ASSERT_TRUE(dataset.has_value()) << dataset.error().message;
    EXPECT_EQ(tokenizer_->decode((*dataset)->sample(0)->ids), "x");
}

TEST_F(TextDatasetTest, CountsWhatTrainingAndEvaluationShare) {
    const auto training = read("a.jsonl", manyRows());
    const auto evaluation = read("b.jsonl",
                                 "{\"instruction\": \"question 7\", \"output\": \"aaaaaaa\"}\n"
                                 "{\"instruction\": \"question 7\", \"output\": \"b\"}\n");
    ASSERT_TRUE(training.has_value() && evaluation.has_value());
    const auto shared = findShared(hashedSamples(**training), hashedSamples(**evaluation), {});
    ASSERT_TRUE(shared.has_value());
    EXPECT_EQ(shared->count, 1);
    ASSERT_EQ(shared->first.size(), 1U);
    EXPECT_EQ((*training)->sample(shared->first[0])->ids, (*evaluation)->sample(0)->ids);
}

TEST_F(TextDatasetTest, StopsWhenAsked) {
    std::stop_source stop;
    const auto dataset = TextDataset::read(
        {.files = {folder_.write("a.jsonl", manyRows())}}, *tokenizer_,
        [&](double share) {
            if (share > 0.5) stop.request_stop();
        },
        stop.get_token());
    ASSERT_FALSE(dataset.has_value());
    EXPECT_EQ(dataset.error().code, ErrorCode::Cancelled);
}

TEST_F(TextDatasetTest, SaysWhereTheTokensCannotBeKept) {
    const test::ScopedVariable folder("TMPDIR", (folder_ / "missing").c_str());
    const auto dataset = read("a.jsonl", manyRows());
    ASSERT_FALSE(dataset.has_value());
    EXPECT_EQ(dataset.error().code, ErrorCode::Io);
    EXPECT_NE(dataset.error().message.find("Set TMPDIR"), std::string::npos);
}

}  // namespace
}  // namespace dsm
