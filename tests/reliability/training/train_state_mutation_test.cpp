// Broken variants of what a training run goes on from, read as the run reads it: each is refused
// with the name of its file, or is a state that is written as it was read.
//
// tests/support/attack.h says how the long run is asked for.
#include <gtest/gtest.h>

#include <cmath>

#include "engine/train/state/train_checkpoint.h"
#include "engine/train/state/train_state.h"
#include "tests/support/attack.h"
#include "tests/support/mutation.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

TrainState aState() {
    TrainState state{
        .step = 12,
        .steps = 40,
        .epochs = 3,
        .epoch = 0.9,
        .bestLoss = 1.25,
        .bestCheckpoint = "checkpoint-8",
        .evaluationsWithoutGain = 1,
        .unloggedLoss = 2.5,
        .unloggedSteps = 1,
        .evaluationDue = true,
        .identity = {{"learning_rate", "2e-05"}, {"training data", "0a1b2c"}},
        .log = {},
        .intervals = {.logSteps = 2, .evalSteps = 4, .saveSteps = 4, .batchSamples = 2}};
    LogEntry trained{.step = 8, .epoch = 0.6, .loss = 1.5, .evalLoss = std::nullopt};
    trained.rate = 1e-4;
    trained.gradNorm = 0.7;
    state.log = {trained, {.step = 8, .epoch = 0.6, .loss = std::nullopt, .evalLoss = 1.25}};
    return state;
}

class BrokenTrainState : public testing::Test {
  protected:
    void use() const {
        const auto state = readTrainState(folder_.path());
        if (!state) {
            ASSERT_NE(state.error().message.find((folder_ / kTrainStateName).string()),
                      std::string::npos)
                << state.error().message;
            ASSERT_TRUE(state.error().message.ends_with('.')) << state.error().message;
            return;
        }
        ASSERT_TRUE(state->step >= 0 && state->step <= state->steps && std::isfinite(state->epoch));
        ASSERT_TRUE(state->bestCheckpoint.empty() || isCheckpoint(state->bestCheckpoint));
        const auto again = parseTrainState(writeTrainState(*state), "again");
        ASSERT_TRUE(again.has_value()) << again.error().message;
        ASSERT_EQ(*again, *state);
    }

    const TemporaryFolder folder_{fastFolder()};
};

TEST_F(BrokenTrainState, IsRefusedByNameOrWrittenAsItWasRead) {
    const std::string good = writeTrainState(aState());
    folder_.write(kTrainStateName, good);
    const auto back = readTrainState(folder_.path());
    ASSERT_TRUE(back.has_value()) << back.error().message;
    ASSERT_EQ(*back, aState());
    Attack(kTrainStateName, 500)
        .walk([&](std::uint64_t seed) { return Mutation(seed)(good); },
              [&](const std::string& variant) {
                  folder_.write(kTrainStateName, variant);
                  use();
                  return !HasFailure();
              });
}

class BrokenCheckpoint : public testing::Test {
  protected:
    void SetUp() override {
        const auto nothing = [](const std::filesystem::path&) { return Result<void>(); };
        const auto written = writeCheckpoint(folder_.path(), aState(), numbers_, nothing, false);
        ASSERT_TRUE(written.has_value()) << written.error().message;
        ASSERT_TRUE(readOptimizer(checkpoint_, numbers_).has_value());
    }

    // Whatever lies there instead: the checkpoint is not gone on with.
    void walk(const std::string& name) {
        const std::string good = contentOf(checkpoint_ / name);
        Attack(name, 500).walk([&](std::uint64_t seed) { return Mutation(seed)(good); },
                               [&](const std::string& variant) {
                                   write(name, variant);
                                   use(name, variant == good);
                                   return !HasFailure();
                               });
        write(name, good);
    }
    void write(const std::string& name, const std::string& content) const {
        folder_.write(checkpoint_.filename().string() + "/" + name, content);
    }
    void use(const std::string& name, bool isGood) {
        const auto read = readOptimizer(checkpoint_, numbers_);
        if (!read) {
            ASSERT_NE(read.error().message.find(checkpoint_.string()), std::string::npos)
                << read.error().message;
        }
        const NewestCheckpoint newest = newestCheckpoint(folder_.path());
        if (newest.folder) {
            // The list of hashes may be longer than it was.
            ASSERT_TRUE(isGood || name == kCheckpointHashesName);
            return;
        }
        ASSERT_FALSE(isGood);
        ASSERT_EQ(newest.damaged.size(), 1U);
        ASSERT_NE(newest.damaged[0].find(checkpoint_.string()), std::string::npos);
    }

    const TemporaryFolder folder_{fastFolder()};
    const std::filesystem::path checkpoint_ = folder_ / checkpointName(aState().step);
    std::vector<float> values_ = std::vector<float>(24, 0.5F), first_ = values_, second_ = values_;
    const OptimizerNumbers numbers_{values_, first_, second_};
};

TEST_F(BrokenCheckpoint, IsNeverGoneOnWith) {
    for (const char* name : {kOptimizerFileName, kTrainStateName, kCheckpointHashesName})
        walk(name);
}

}  // namespace
}  // namespace dsm
