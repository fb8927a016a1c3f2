#include "engine/train/data/sample_shapes.h"
#include "engine/text/tokenizer_load.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "engine/train/data/text_dataset.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

using nlohmann::json;

// Conversations of one to three questions, some of whose answers are only read.
std::string conversations(std::uint32_t seed) {
    std::mt19937 random(seed);
    const auto words = [&] { return std::string(1 + random() % 9, 'a') + " b c"; };
    std::string text;
    for (int i = 0; i < 60; ++i) {
        json turns = json::array();
        const int pairs = 1 + static_cast<int>(random() % 3);
        for (int p = 0; p < pairs; ++p) {
            turns.push_back({{"role", "user"}, {"content", words()}});
            turns.push_back({{"role", "assistant"}, {"content", words()}});
            if (p + 1 < pairs && random() % 3 == 0) turns.back()["weight"] = 0;
        }
        text += json{{"messages", turns}}.dump() + "\n";
    }
    return text;
}

TEST(SampleShapes, CountAtEveryLimitWhatAReadingWithItReports) {
    const auto tokenizer = loadTokenizer(std::string(DSM_SOURCE_DIR) + "/tests/golden/tiny");
    ASSERT_TRUE(tokenizer.has_value());
    TemporaryFolder folder;
    TextDatasetOptions options{.files = {folder.write("a.jsonl", conversations(3))},
                               .maximumTokens = 1 << 20,
                               .threads = 1,
                               .keepsShapes = true};
    const auto whole = TextDataset::read(options, **tokenizer, {}, {});
    ASSERT_TRUE(whole.has_value()) << whole.error().message;
    const SampleShapes& shapes = (*whole)->shapes();
    EXPECT_EQ(shapes.size(), 60);
    const std::int64_t longest = (*whole)->report().lengths.percentile(1);
    ASSERT_GT(longest, 40);
    std::int64_t cutInside = 0;
    std::int64_t nothing = 0;
    for (std::int64_t limit = 2; limit <= longest + 1; ++limit) {
        options.maximumTokens = limit;
        const auto cut = TextDataset::read(options, **tokenizer, {}, {});
        const LimitOutcome outcome = shapes.at(limit);
        if (!cut) {  // no row of which anything is left
            EXPECT_EQ(outcome.examples, 0) << limit;
            continue;
        }
        const DatasetReport& report = (*cut)->report();
        EXPECT_EQ(outcome.examples, report.examples) << limit;
        EXPECT_EQ(outcome.trainNothing, report.trainNothing) << limit;
        EXPECT_EQ(outcome.cut, report.cut) << limit;
        EXPECT_EQ(outcome.cutInsideAnswer, report.cutInsideAnswer) << limit;
        EXPECT_EQ(outcome.tokens, report.tokens) << limit;
        EXPECT_EQ(outcome.trainedTokens, report.trainedTokens) << limit;
        cutInside += outcome.cutInsideAnswer;
        nothing += outcome.trainNothing;
    }
    EXPECT_GT(cutInside, 0);
    EXPECT_GT(nothing, 0);
}

// As it is counted sample by sample.
LimitOutcome counted(const std::vector<TrainingSample>& samples, std::int64_t limit) {
    LimitOutcome all;
    for (const TrainingSample& sample : samples) {
        const auto size = static_cast<std::int64_t>(sample.labels.size());
        const std::int64_t kept = std::min(size, limit);
        const auto isTrained = [&](std::int64_t i) {
            return sample.labels[static_cast<std::size_t>(i)] != kNotTrained;
        };
        std::int64_t trained = 0;
        for (std::int64_t i = 0; i < kept; ++i)
            trained += isTrained(i) ? 1 : 0;
        const bool isFirst = kept > 0 && isTrained(0);
        if (trained - (isFirst ? 1 : 0) == 0) {
            ++all.trainNothing;
            continue;
        }
        ++all.examples;
        all.tokens += kept;
        all.trainedTokens += trained;
        if (kept == size) continue;
        ++all.cut;
        if (isTrained(kept - 1) && isTrained(kept)) ++all.cutInsideAnswer;
    }
    return all;
}

TEST(SampleShapes, CountAsSampleBySampleAtEveryLimit) {
    constexpr std::uint32_t kSeed = 11;
    SCOPED_TRACE(kSeed);
    std::mt19937 random(kSeed);
    for (int round = 0; round < 200; ++round) {
        std::vector<TrainingSample> samples(1 + random() % 5);
        SampleShapes shapes;
        for (TrainingSample& sample : samples) {
            const std::size_t size = 1 + random() % 9;
            for (std::size_t i = 0; i < size; ++i) {
                sample.ids.push_back(1);
                sample.labels.push_back(random() % 2 == 0 ? kNotTrained : 1);
            }
            shapes.add(sample);
        }
        for (std::int64_t limit = 1; limit < 12; ++limit) {
            const LimitOutcome expected = counted(samples, limit);
            const LimitOutcome outcome = shapes.at(limit);
            EXPECT_EQ(outcome.examples, expected.examples) << limit;
            EXPECT_EQ(outcome.trainNothing, expected.trainNothing) << limit;
            EXPECT_EQ(outcome.cut, expected.cut) << limit;
            EXPECT_EQ(outcome.cutInsideAnswer, expected.cutInsideAnswer) << limit;
            EXPECT_EQ(outcome.tokens, expected.tokens) << limit;
            EXPECT_EQ(outcome.trainedTokens, expected.trainedTokens) << limit;
        }
    }
}

TEST(SampleShapes, PutTheLongOnesIntoTheLastBar) {
    SampleShapes shapes;
    for (const std::size_t tokens : {1U, 10U, 11U, 20U, 500U})
        shapes.add({std::vector<std::int32_t>(tokens, 1), std::vector<std::int32_t>(tokens, 1)});
    EXPECT_EQ(shapes.histogram(3, 10), (std::vector<std::int64_t>{2, 2, 1}));
}

}  // namespace
}  // namespace dsm
