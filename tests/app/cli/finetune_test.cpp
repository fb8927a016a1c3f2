// Runs `deepseekmoe finetune` and `bench --train` as a person would.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

class Finetune : public testing::Test {
  protected:
    void SetUp() override {
        std::string rows;
        for (int i = 0; i < 8; ++i) {
            rows += nlohmann::json{{"instruction", "What is " + std::to_string(i) + "?"},
                                   {"output", "A number, " + std::to_string(i) + "."}}
                        .dump() +
                    "\n";
        }
        folder_.write("data.jsonl", rows);
    }
    // The program's exit code and what it wrote.
    int run(const std::string& arguments) {
        const std::string command = std::string(DSM_PROGRAM) + " " + arguments + " >" +
                                    (folder_ / "output").string() + " 2>&1";
        const int status = std::system(command.c_str());
        text_ = contentOf(folder_ / "output");
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    std::string job(const std::string& name, nlohmann::json more) {
        nlohmann::json job{{"model", std::string(DSM_SOURCE_DIR) + "/tests/golden/tiny"},
                           {"output", "out-" + name},
                           {"data", "data.jsonl"},
                           {"batch_size", 2},
                           {"accumulation", 2},
                           {"epochs", 2},
                           {"threads", 1}};
        job.update(more);
        folder_.write(name + ".json", job.dump());
        return (folder_ / (name + ".json")).string();
    }
    bool says(const char* part) const { return text_.find(part) != std::string::npos; }

    TemporaryFolder folder_;
    std::string text_;
};

TEST_F(Finetune, WritesAnAdapterAndGoesOnWithResume) {
    const std::string path = job("lora", {{"eval_share", 0.25}, {"learning_rate", 1e-3}});
    ASSERT_EQ(run("finetune " + path), 0) << text_;
    EXPECT_TRUE(says("step 4/4") && says("eval loss") && says("Memory")) << text_;
    const fs::path out = folder_ / "out-lora";
    for (const char* file :
         {"adapter_config.json", "adapter_model.safetensors", "checkpoint-4/trainer_state.json",
          "checkpoint-4/adapter_model.safetensors"}) {
        EXPECT_TRUE(fs::exists(out / file)) << file;
    }
    EXPECT_EQ(run("finetune " + path), 1);
    EXPECT_TRUE(says("--resume")) << text_;
    EXPECT_EQ(run("finetune --resume " + path), 0) << text_;
    EXPECT_EQ(run("chat --model " + std::string(DSM_SOURCE_DIR) + "/tests/golden/tiny --help"), 0);
}

TEST_F(Finetune, WritesAWholeModelThatLoads) {
    const std::string path = job("full", {{"method", "full"}, {"max_steps", 1}});
    ASSERT_EQ(run("finetune " + path), 0) << text_;
    EXPECT_EQ(run("inspect --model " + (folder_ / "out-full").string()), 0) << text_;
}

TEST_F(Finetune, EstimatesWithoutTraining) {
    ASSERT_EQ(run("finetune --estimate " + job("lora", nlohmann::json::object())), 0) << text_;
    EXPECT_TRUE(says("Time per step") && says("optimizer")) << text_;
    EXPECT_FALSE(fs::exists(folder_ / "out-lora"));
}

TEST_F(Finetune, SaysOfTheDataWhatDatasetSays) {
    const std::string long_(300, 'a');
    folder_.write(
        "data.jsonl",
        nlohmann::json{{"instruction", "q"}, {"output", "a"}, {"id", 1}}.dump() + "\nnot JSON\n" +
            nlohmann::json{{"instruction", "q"}, {"output", long_}}.dump() + "\n" +
            nlohmann::json{{"instruction", "q"}, {"output", "a"}, {"weight", 0}}.dump() + "\n");
    const std::string tiny = std::string(DSM_SOURCE_DIR) + "/tests/golden/tiny";
    const int seen = run("dataset --template reference --max-length 9999 --show 0 --model " + tiny +
                         " " + (folder_ / "data.jsonl").string());
    ASSERT_EQ(seen, 0) << text_;
    const std::string said = text_.substr(text_.find("data.jsonl: "));
    ASSERT_EQ(run("finetune --estimate " + job("lora", {{"template", "reference"},
                                                        {"max_length", 9999},
                                                        {"warmup_steps", 10},
                                                        {"max_steps", 3}})),
              0)
        << text_;
    EXPECT_TRUE(says(said.c_str())) << said << "----" << text_;
    for (const char* part : {"line 2 refused: ", "line 4 refused: nothing of it is trained",
                             "The column id is not used", "Warning: The reference template never",
                             "Warning: Samples may have 9999 tokens"})
        EXPECT_NE(said.find(part), std::string::npos) << part;
    EXPECT_TRUE(says("Warning: The warm-up has 10 steps and the run 3")) << text_;
    ASSERT_EQ(run("finetune --estimate " + job("short", {{"max_length", 64}})), 0) << text_;
    EXPECT_TRUE(says("1 are cut inside an answer")) << text_;
    EXPECT_EQ(run("finetune --estimate " + job("named", {{"columns", {{"answer", "output"}}}})), 1);
    EXPECT_TRUE(says("columns: \"answer\" is unknown")) << text_;
}

TEST_F(Finetune, NamesWhatIsWrongInAJob) {
    EXPECT_EQ(run("finetune " + job("lora", {{"rnak", 8}})), 1);
    EXPECT_TRUE(says("did you mean \"rank\"")) << text_;
    EXPECT_EQ(run("finetune " + (folder_ / "none.json").string()), 1);
}

TEST_F(Finetune, IsMeasured) {
    const std::string json = (folder_ / "bench.json").string();
    ASSERT_EQ(run("bench --train --train-tokens 64 --train-length 16 --train-steps 1 --threads 1 "
                  "--model " +
                  std::string(DSM_SOURCE_DIR) + "/tests/golden/tiny --json " + json),
              0)
        << text_;
    std::ifstream file(json);
    const auto rows = nlohmann::json::parse(file)["train"];
    ASSERT_EQ(rows.size(), 3U);
    for (const auto& row : rows) {
        EXPECT_GT(row["tokens_per_second"].get<double>(), 0);
        EXPECT_NEAR(row["estimated_mb"].get<double>(), row["memory_mb"].get<double>(),
                    0.2 * row["memory_mb"].get<double>());
    }
}

}  // namespace
}  // namespace dsm
