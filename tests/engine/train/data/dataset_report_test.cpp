#include "engine/train/data/dataset_report.h"
#include "engine/text/tokenizer_load.h"

#include <gtest/gtest.h>

namespace dsm {
namespace {

RenderedSample sampleOf(std::vector<std::int32_t> ids, std::int64_t wholeTokens) {
    std::vector<std::int32_t> labels = ids;
    labels.front() = kNotTrained;
    return {{std::move(ids), std::move(labels)}, wholeTokens};
}

void add(ReportBuilder& builder, const RowPlace& place, const RenderedSample& rendered,
         bool spellsSpecial = false) {
    builder.add({.place = place, .rendered = rendered, .spellsSpecial = spellsSpecial});
}

TEST(LengthCounts, FindsPercentiles) {
    LengthCounts lengths;
    EXPECT_EQ(lengths.percentile(0.5), 0);
    for (const std::int64_t tokens : {10, 20, 30, 40})
        lengths.add(tokens);
    EXPECT_EQ(lengths.percentile(0), 10);
    EXPECT_EQ(lengths.percentile(0.25), 10);
    EXPECT_EQ(lengths.percentile(0.26), 20);
    EXPECT_EQ(lengths.percentile(0.5), 20);
    EXPECT_EQ(lengths.percentile(1), 40);
}

TEST(LengthCounts, DrawsBarsOfRoundWidthThatHoldAllSamples) {
    LengthCounts lengths;
    for (std::int64_t tokens = 7; tokens <= 1234; tokens += 3)
        lengths.add(tokens);
    for (const int bars : {1, 2, 5, 12, 40}) {
        const auto histogram = lengths.histogram(bars);
        ASSERT_FALSE(histogram.empty());
        EXPECT_LE(histogram.size(), static_cast<std::size_t>(bars) + (bars == 1 ? 1 : 0));
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < histogram.size(); ++i) {
            sum += histogram[i].samples;
            if (i == 0) continue;
            EXPECT_EQ(histogram[i].first, histogram[i - 1].last + 1);
        }
        EXPECT_EQ(sum, lengths.total());
        EXPECT_LE(histogram.front().first, 7);
        EXPECT_GE(histogram.back().last, 1234);
    }
    EXPECT_TRUE(LengthCounts().histogram(5).empty());
}

TEST(DatasetReport, AddsUpExamples) {
    ReportBuilder builder(1, {{"a.jsonl"}});
    add(builder, {0, 1}, sampleOf({1, 2, 3}, 3), false);
    builder.addRefused({{0, 2}, ReasonCode::WeightIsZero});
    add(builder, {0, 3}, sampleOf({1, 2, 4}, 9), true);
    add(builder, {0, 5}, sampleOf({1, 2, 3}, 3), false);
    add(builder, {0, 7}, sampleOf({1, 2, 3}, 3), false);
    const DatasetReport report = builder.finish();
    EXPECT_EQ(report.rows, 5);
    EXPECT_EQ(report.examples, 4);
    EXPECT_EQ(report.refused, 1);
    EXPECT_EQ(report.firstRefused.at(0).reason, ReasonCode::WeightIsZero);
    EXPECT_EQ(report.cut, 1);
    EXPECT_EQ(report.tokens, 12);
    EXPECT_EQ(report.trainedTokens, 8);
    EXPECT_EQ(report.specialNames, 1);
    EXPECT_EQ(report.repeated, 2);
    ASSERT_EQ(report.firstRepeated.size(), 2U);
    EXPECT_EQ(report.firstRepeated[0].place.line, 5);
    EXPECT_EQ(report.firstRepeated[1].place.line, 7);
    EXPECT_EQ(report.firstRepeated[1].first.line, 1);
    EXPECT_EQ(report.firstSamples.size(), 1U);
}

TEST(DatasetReport, ListsTheFirstRepeatedOfMany) {
    ReportBuilder builder(0, {{"a.jsonl"}});
    for (std::int64_t line = 1; line <= 500; ++line)
        add(builder, {0, line}, sampleOf({1, static_cast<std::int32_t>(line % 250)}, 2), false);
    const DatasetReport report = builder.finish();
    EXPECT_EQ(report.repeated, 250);
    ASSERT_EQ(report.firstRepeated.size(), DatasetReport::kRowsListed);
    for (std::size_t i = 0; i < report.firstRepeated.size(); ++i) {
        EXPECT_EQ(report.firstRepeated[i].place.line, 251 + static_cast<std::int64_t>(i));
        EXPECT_EQ(report.firstRepeated[i].first.line, 1 + static_cast<std::int64_t>(i));
    }
}

class TemplateCheck : public testing::Test {
  protected:
    void SetUp() override {
        auto loaded = loadTokenizer(std::string(DSM_SOURCE_DIR) + "/tests/golden/tiny");
        ASSERT_TRUE(loaded.has_value());
        tokenizer_ = std::move(*loaded);
        config_.maxPositions = 128;
        config_.eosId = tokenizer_->eosId();
    }

    // Everything that is said, warnings marked by "!".
    std::string notes(SampleTemplate chosen, bool hasChatTemplate, std::int64_t maximum = 64,
                      const DatasetReport& report = {}) {
        std::string all;
        for (const TrainingNote& note :
             checkTraining(report, chosen, maximum, {*tokenizer_, config_, hasChatTemplate}))
            all += (note.isWarning ? "!" : "") + note.reason.text() + "\n";
        return all;
    }

    std::unique_ptr<Tokenizer> tokenizer_;
    ModelConfig config_;
};

TEST_F(TemplateCheck, IsSilentWhereAllFits) {
    EXPECT_EQ(notes(SampleTemplate::Chat, true), "");
    EXPECT_EQ(notes(SampleTemplate::Raw, false), "");
}

TEST_F(TemplateCheck, WarnsOfATemplateThatNeverStops) {
    EXPECT_NE(notes(SampleTemplate::Reference, false).find("!The reference template never trains"),
              std::string::npos);
    EXPECT_NE(notes(SampleTemplate::Reference, true).find("!This is a Chat model"),
              std::string::npos);
}

TEST_F(TemplateCheck, RemarksATemplateOfTheOtherKindOfModel) {
    EXPECT_TRUE(notes(SampleTemplate::Chat, false).starts_with("This is a Base model"));
    EXPECT_TRUE(notes(SampleTemplate::Raw, true).starts_with("This is a Chat model"));
}

TEST_F(TemplateCheck, WarnsOfAnotherEndOfText) {
    config_.eosId += 1;
    EXPECT_NE(notes(SampleTemplate::Chat, true).find("!The tokenizer ends texts with token 317"),
              std::string::npos);
}

TEST_F(TemplateCheck, WarnsOfRowsThatAreNotTrainedAndTellsOfHistory) {
    DatasetReport report;
    report.rows = 9;
    report.refused = 3;
    report.trainNothing = 1;
    report.withHistory = 2;
    const std::string all = notes(SampleTemplate::Chat, true, 64, report);
    EXPECT_NE(all.find("!1 row trains nothing"), std::string::npos) << all;
    EXPECT_NE(all.find("!2 of 9 rows are refused"), std::string::npos) << all;
    EXPECT_NE(all.find("\n2 examples have earlier turns"), std::string::npos) << all;
    EXPECT_NE(all.find("their answers are trained, too."), std::string::npos) << all;
    report.history = HistoryUse::Context;
    const std::string masked = notes(SampleTemplate::Chat, true, 64, report);
    EXPECT_NE(masked.find("their answers are context, not trained."), std::string::npos) << masked;
    EXPECT_NE(masked.find("the last answer alone is trained"), std::string::npos) << masked;
}

TEST_F(TemplateCheck, WarnsOfAWarmUpThatNeverEnds) {
    EXPECT_TRUE(checkWarmup(0, 0).empty());
    EXPECT_TRUE(checkWarmup(9, 10).empty());
    for (const std::int64_t steps : {10, 3}) {
        const auto notes = checkWarmup(10, steps);
        ASSERT_EQ(notes.size(), 1U);
        EXPECT_TRUE(notes[0].isWarning);
    }
}

TEST_F(TemplateCheck, WarnsOfAWarmUpThatIsTheWholeRun) {
    EXPECT_TRUE(checkWarmup(0, 1).empty());
    const auto notes = checkWarmup(10, 1);
    ASSERT_EQ(notes.size(), 1U);
    EXPECT_TRUE(notes[0].isWarning);
    EXPECT_TRUE(notes[0].reason.text().starts_with("Nothing will be learned: "));
}

TEST_F(TemplateCheck, SaysAllOfAReportInLines) {
    DatasetReport report;
    report.rows = 30;
    report.refused = 25;
    report.files = {{"a.parquet", "row"}};
    for (std::int64_t i = 0; i < 20; ++i)
        report.firstRefused.push_back({{0, i + 1}, {ReasonCode::Other, {"broken."}}});
    report.unusedColumns = {{"id", 5}};
    std::vector<std::string> lines;
    for (const Reason& line : reportLines(
             "a.parquet", report,
             {{true, {ReasonCode::Other, {"beware."}}}, {false, {ReasonCode::Other, {"mind."}}}}))
        lines.push_back(line.text());
    ASSERT_EQ(lines.size(), 25U);
    EXPECT_TRUE(lines[0].starts_with("a.parquet: 0 examples of 30 rows, 25 refused"));
    EXPECT_EQ(lines[1], "Row 1: refused: broken.");
    EXPECT_EQ(lines[21], "and 5 more refused rows.");
    EXPECT_EQ(lines[22], "The column id is not used; 5 examples have it.");
    EXPECT_EQ(lines[23], "Warning: beware.");
    EXPECT_EQ(lines[24], "Note: mind.");
}

TEST_F(TemplateCheck, WarnsOfCutExamplesAndOfSpecialNames) {
    DatasetReport report;
    report.examples = 3;
    report.cut = 1;
    report.cutInsideAnswer = 1;
    report.specialNames = 2;
    const std::string all = notes(SampleTemplate::Chat, true, 256, report);
    EXPECT_NE(all.find("!Samples may have 256 tokens, but the model was made for 128"),
              std::string::npos);
    EXPECT_NE(all.find("!1 examples (34 %) are longer than 256"), std::string::npos);
    EXPECT_NE(all.find("1 are cut inside an answer."), std::string::npos);
    EXPECT_NE(all.find("!2 examples spell a special token"), std::string::npos);
}

}  // namespace
}  // namespace dsm
