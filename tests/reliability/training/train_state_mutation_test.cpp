// Broken variants of what a training run goes on from, read as the run reads it: each is refused
// with the name of its file, or is a state that is written as it was read.
//
// DSM_MUTATIONS=1000000 says how many of each; the message of a failure names the seed.
#include <gtest/gtest.h>

#include <cmath>

#include "engine/train/train_checkpoint.h"
#include "engine/train/train_state.h"
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

TEST(BrokenTrainState, IsRefusedByNameOrWrittenAsItWasRead) {
    const TemporaryFolder folder;
    const std::string good = writeTrainState(aState());
    folder.write(kTrainStateName, good);
    const auto back = readTrainState(folder.path());
    ASSERT_TRUE(back.has_value()) << back.error().message;
    ASSERT_EQ(*back, aState());
    for (std::uint64_t seed = 0; seed < mutationRounds(500); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        folder.write(kTrainStateName, Mutation(seed)(good));
        const auto state = readTrainState(folder.path());
        if (!state) {
            ASSERT_NE(state.error().message.find((folder / kTrainStateName).string()),
                      std::string::npos)
                << state.error().message;
            ASSERT_TRUE(state.error().message.ends_with('.')) << state.error().message;
            continue;
        }
        ASSERT_TRUE(state->step >= 0 && state->step <= state->steps && std::isfinite(state->epoch));
        ASSERT_EQ(state->bestCheckpoint.find('/'), std::string::npos);
        const auto again = parseTrainState(writeTrainState(*state), "again");
        ASSERT_TRUE(again.has_value()) << again.error().message;
        ASSERT_EQ(*again, *state);
    }
}

TEST(BrokenOptimizer, IsRefusedByNameOrFillsTheNumbers) {
    const TemporaryFolder folder;
    std::vector<float> values(24, 0.5F), first(24, 0.25F), second(24, 0.125F);
    const OptimizerNumbers numbers{values, first, second};
    const auto nothing = [](const std::filesystem::path&) { return Result<void>(); };
    const auto written = writeCheckpoint(folder.path(), aState(), numbers, nothing, false);
    ASSERT_TRUE(written.has_value()) << written.error().message;
    const std::filesystem::path checkpoint = folder / checkpointName(aState().step);
    const std::string name = checkpoint.filename().string() + "/optimizer.safetensors";
    const std::string good = contentOf(folder / name);
    ASSERT_TRUE(readOptimizer(checkpoint, numbers).has_value());
    for (std::uint64_t seed = 0; seed < mutationRounds(500); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const std::string broken = Mutation(seed)(good);
        folder.write(name, broken);
        const auto read = readOptimizer(checkpoint, numbers);
        if (!read) {
            ASSERT_NE(read.error().message.find(checkpoint.string()), std::string::npos)
                << read.error().message;
        }
        // Whatever else was written there: the checkpoint is not gone on with.
        ASSERT_EQ(checkCheckpoint(checkpoint).has_value(), broken == good);
    }
}

}  // namespace
}  // namespace dsm
