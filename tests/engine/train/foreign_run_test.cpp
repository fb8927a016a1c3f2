// What other trainers leave, read like a run of our own.
#include "engine/train/run/foreign_run.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "engine/train/state/event_file.h"
#include "tests/support/fault_walk.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

// As TrainerState of transformers 4.57 writes it, with what Python calls a number.
constexpr const char* kState = R"({
  "best_metric": 1.5, "epoch": 2.0, "global_step": 20, "max_steps": 30, "num_train_epochs": 3,
  "log_history": [
    {"epoch": 0.5, "grad_norm": 3.25, "learning_rate": 0.0001, "loss": 2.5, "step": 10},
    {"epoch": 1.0, "eval_loss": 1.75, "eval_runtime": 0.5, "step": 10},
    {"epoch": 2.0, "grad_norm": NaN, "learning_rate": 5e-05, "loss": Infinity, "step": 20},
    {"epoch": 2.0, "step": 20, "total_flos": 1.0, "train_loss": 2.0, "note": "NaN stays \" NaN"}
  ]
})";

TEST(ForeignRun, ReadsATrainerStateOfTheTransformersLibrary) {
    const TemporaryFolder folder;
    folder.write("trainer_state.json", kState);
    folder.write("adapter_config.json",
                 R"({"peft_type": "LORA", "r": 16, "lora_alpha": 32, "lora_dropout": 0.05,
                     "base_model_name_or_path": "deepseek-ai/deepseek-moe-16b-base"})");
    const auto run = readForeignRun(folder.path());
    ASSERT_TRUE(run.has_value()) << run.error().message;
    EXPECT_EQ(run->step, 20);
    EXPECT_EQ(run->steps, 30);
    EXPECT_EQ(run->epochs, 3);
    EXPECT_EQ(run->rate, 1e-4);
    EXPECT_TRUE(run->hasAdapter);
    EXPECT_FALSE(run->hasModel);
    EXPECT_EQ(run->lora.rank, 16);
    EXPECT_EQ(run->baseModel, "deepseek-ai/deepseek-moe-16b-base");
    EXPECT_EQ(run->metrics.at("train/loss").size(), 1U) << "what is no number is left out";
    EXPECT_EQ(run->metrics.at("train/loss").at(10), 2.5);
    EXPECT_EQ(run->metrics.at("eval/loss").at(10), 1.75);
    EXPECT_EQ(run->metrics.at("train/epoch").at(20), 2);
}

TEST(ForeignRun, TakesTheNewestCheckpointWhereTheFolderHasNoStateItself) {
    const TemporaryFolder folder;
    for (const char* name : {"checkpoint-9", "checkpoint-20"})
        std::filesystem::create_directories(folder / name);
    folder.write("checkpoint-9/trainer_state.json", R"({"log_history": []})");
    folder.write("checkpoint-20/trainer_state.json", kState);
    folder.write("checkpoint-20/adapter_config.json", "{}");
    const auto run = readForeignRun(folder.path());
    ASSERT_TRUE(run.has_value()) << run.error().message;
    EXPECT_EQ(run->step, 20);
    EXPECT_TRUE(run->hasAdapter);
}

TEST(ForeignRun, AddsTheCurvesOfEventFilesThatTheStateLacks) {
    const TemporaryFolder folder;
    folder.write("trainer_state.json",
                 R"({"global_step": 5, "log_history": [{"step": 5, "loss": 9.0}]})");
    auto events = EventFile::create(folder / "runs/today");
    ASSERT_TRUE(events.has_value());
    const std::array<EventValue, 3> values{
        {{"train/loss", 1}, {"eval/loss", 2}, {"train/somebody_elses", 3}}};
    ASSERT_TRUE(events->write(7, values).has_value());
    const auto run = readForeignRun(folder.path());
    ASSERT_TRUE(run.has_value()) << run.error().message;
    EXPECT_EQ(run->metrics.at("train/loss").at(5), 9);
    EXPECT_FALSE(run->metrics.at("train/loss").contains(7));
    EXPECT_EQ(run->metrics.at("eval/loss").at(7), 2);
    EXPECT_FALSE(run->metrics.contains("train/somebody_elses"));
    EXPECT_EQ(run->step, 7);
}

// A state that was read to its half was none, or one that is no JSON.
TEST(ForeignRun, SaysThatTheDiskFailsWhicheverCallDoes) {
    const TemporaryFolder folder;
    folder.write("trainer_state.json", kState);
    const test::FaultWalk walk{
        .prepare = [] {},
        .operation = [&] { return test::messageOf(readForeignRun(folder.path())); },
        .check = [](bool) { return std::string(); },
        .leastCalls = 5,
        .named = {folder.path()}};
    EXPECT_EQ(walk.run(), "");
}

TEST(ForeignRun, SaysWhatIsWrong) {
    const TemporaryFolder folder;
    EXPECT_NE(readForeignRun(folder.path()).error().message.find("holds nothing of a run"),
              std::string::npos);
    EXPECT_FALSE(readForeignRun(folder / "missing").has_value());
    folder.write("trainer_state.json", R"({"steps": 3})");
    EXPECT_NE(readForeignRun(folder.path()).error().message.find("log_history"), std::string::npos);
    folder.write("trainer_state.json", "{");
    EXPECT_NE(readForeignRun(folder.path()).error().message.find("trainer_state.json"),
              std::string::npos);
}

}  // namespace
}  // namespace dsm
