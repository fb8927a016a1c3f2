// What a run is planned by, and its state as it is kept.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "engine/train/batch_plan.h"
#include "engine/train/schedule.h"
#include "engine/train/state/train_checkpoint.h"

namespace dsm::test {
namespace {

TEST(TrainState, IsReadAsItWasWritten) {
    TrainState state{
        .step = 7,
        .steps = 10,
        .epochs = 2,
        .epoch = 1.4,
        .bestLoss = 0.1,
        .bestCheckpoint = "checkpoint-4",
        .evaluationsWithoutGain = 1,
        .unloggedLoss = 1.0 / 3,
        .unloggedSteps = 2,
        .evaluationDue = true,
        .identity = {{"rank", "8"}, {"training data", "2 examples"}},
        .log = {},
        .intervals = {.logSteps = 2, .evalSteps = 0, .saveSteps = 3, .batchSamples = 4},
        .pieceTokens = 2048};
    state.log.push_back({.step = 4,
                         .epoch = 0.8,
                         .loss = 2.5,
                         .rate = 1e-5,
                         .gradNorm = 0.3,
                         .evalLoss = std::nullopt});
    state.log.push_back({.step = 4, .epoch = 0.8, .loss = std::nullopt, .evalLoss = 0.1});
    const auto read = parseTrainState(writeTrainState(state), "trainer_state.json");
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(*read, state);
    EXPECT_FALSE(parseTrainState("{}", "x.json").has_value());
}

TEST(TrainState, ThatNoRunWritesIsRefusedByItsKey) {
    TrainState good;
    good.step = 7;
    good.steps = 10;
    good.bestCheckpoint = "checkpoint-4";
    const std::string text = writeTrainState(good);
    for (const auto& [key, broken] : std::map<std::string, std::string>{
             {"global_step", R"("global_step": 11)"},
             {"num_train_epochs", R"("num_train_epochs": -1)"},
             {"epoch", R"("epoch": -0.5)"},
             {"best_model_checkpoint", R"("best_model_checkpoint": "../other")"},
             {"stateful_callbacks.deepseekmoe.evaluations_without_gain",
              R"("evaluations_without_gain": -1)"},
             {"stateful_callbacks.deepseekmoe.piece_tokens", R"("piece_tokens": -1)"},
             {"stateful_callbacks.deepseekmoe.unlogged_steps", R"("unlogged_steps": 8)"}}) {
        std::string changed = text;
        const std::size_t begin = changed.find(broken.substr(0, broken.find(' ')));
        ASSERT_NE(begin, std::string::npos) << key;
        changed.replace(begin, changed.find_first_of(",\n", begin) - begin, broken);
        const auto read = parseTrainState(changed, "x.json");
        ASSERT_FALSE(read.has_value()) << key;
        EXPECT_TRUE(read.error().message.starts_with("x.json: " + key + ": "))
            << read.error().message;
    }
}

TEST(Schedule, WarmsUpAndFalls) {
    const Schedule cosine{.kind = ScheduleKind::Cosine, .rate = 2, .warmupSteps = 2, .steps = 6};
    EXPECT_EQ(cosine.at(0), 0);
    EXPECT_EQ(cosine.at(1), 1);
    EXPECT_EQ(cosine.at(2), 2);
    EXPECT_NEAR(cosine.at(4), 1, 1e-12);
    EXPECT_NEAR(cosine.at(6), 0, 1e-12);
    const Schedule linear{.kind = ScheduleKind::Linear, .rate = 2, .warmupSteps = 0, .steps = 4};
    EXPECT_EQ(linear.at(0), 2);
    EXPECT_EQ(linear.at(3), 0.5);
    const Schedule constant{
        .kind = ScheduleKind::Constant, .rate = 2, .warmupSteps = 1, .steps = 4};
    EXPECT_EQ(constant.at(0), 0);
    EXPECT_EQ(constant.at(3), 2);
}

TEST(BatchPlan, TakesEachSampleOnceAnEpoch) {
    const std::vector<std::int64_t> lengths{5, 9, 0, 3, 7, 2, 8};
    for (const BatchOptions& o :
         {BatchOptions{.batchSamples = 2, .accumulation = 2, .seed = 1},
          BatchOptions{.batchSamples = 2, .packTokens = 12, .seed = 1},
          BatchOptions{.batchSamples = 1, .accumulation = 3, .groupByLength = true}}) {
        std::vector<std::int64_t> seen;
        for (const StepPlan& step : planEpoch(lengths, o, 0)) {
            EXPECT_LE(static_cast<std::int64_t>(step.size()), o.accumulation);
            for (const MicroBatch& micro : step) {
                std::int64_t tokens = 0;
                for (const std::int64_t i : micro)
                    tokens += lengths[static_cast<std::size_t>(i)];
                if (o.packTokens > 0) {
                    EXPECT_LE(tokens, o.packTokens);
                }
                seen.insert(seen.end(), micro.begin(), micro.end());
            }
        }
        std::sort(seen.begin(), seen.end());
        EXPECT_EQ(seen, (std::vector<std::int64_t>{0, 1, 3, 4, 5, 6}));
    }
    const BatchOptions grouped{.batchSamples = 1, .accumulation = 1, .groupByLength = true};
    EXPECT_EQ(planEpoch(lengths, grouped, 0)[0][0], MicroBatch{1});  // the longest first
    for (const std::int64_t accumulation : {1, 2, 4}) {
        const BatchOptions o{.batchSamples = 2, .accumulation = accumulation};
        EXPECT_EQ(stepsOfAnEpoch(lengths, o),
                  static_cast<std::int64_t>(planEpoch(lengths, o, 3).size()));
    }
    EXPECT_NE(planEpoch(lengths, {.seed = 1}, 0), planEpoch(lengths, {.seed = 1}, 1));
}

}  // namespace
}  // namespace dsm::test
