// Runs `deepseekmoe finetune` and `bench --train` as a person would.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

// Names and contents.
std::map<std::string, std::string> filesOf(const fs::path& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.is_regular_file())
            files[entry.path().filename().string()] = contentOf(entry.path());
    }
    return files;
}

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

TEST_F(Finetune, EvaluatesABaseAndAnAdapterOnAFile) {
    ASSERT_EQ(run("finetune " + job("lora", {{"max_steps", 2}, {"learning_rate", 1e-2}})), 0);
    const std::string evaluate = "evaluate " + (folder_ / "data.jsonl").string() + " --model " +
                                 DSM_SOURCE_DIR + "/tests/golden/tiny --threads 1 --json " +
                                 (folder_ / "found.json").string();
    const auto lossOf = [&](const std::string& more) {
        EXPECT_EQ(run(evaluate + more), 0) << text_;
        EXPECT_TRUE(says("Perplexity") && says("Exact answers  0 of 8") && says("Hardest rows"))
            << text_;
        return nlohmann::json::parse(contentOf(folder_ / "found.json"))["loss"].get<double>();
    };
    EXPECT_LT(lossOf(" --adapter " + (folder_ / "out-lora").string()), lossOf(""));
    EXPECT_EQ(run(evaluate + " --adapter " + (folder_ / "nowhere").string()), 1);
    EXPECT_TRUE(says("nowhere")) << text_;
}

TEST_F(Finetune, WritesAWholeModelThatLoads) {
    const std::string path = job("full", {{"method", "full"}, {"max_steps", 1}});
    ASSERT_EQ(run("finetune " + path), 0) << text_;
    EXPECT_EQ(run("inspect --model " + (folder_ / "out-full").string()), 0) << text_;
}

TEST_F(Finetune, LeavesAFolderAloneThatHoldsAModel) {
    const fs::path out = folder_ / "out-full";
    fs::copy(fs::path(DSM_SOURCE_DIR) / "tests/golden/tiny", out);
    const auto before = filesOf(out);
    ASSERT_GT(before.size(), 3U);
    EXPECT_EQ(run("finetune " + job("full", {{"method", "full"}, {"max_steps", 1}})), 1);
    EXPECT_TRUE(says("already holds") && says("Nothing was changed")) << text_;
    EXPECT_EQ(filesOf(out), before);
    // A file of another origin among the run's own is not replaced either.
    const std::string path = job("lora", {{"max_steps", 1}});
    ASSERT_EQ(run("finetune " + path), 0) << text_;
    folder_.write("out-lora/model.safetensors", "mine");
    EXPECT_EQ(run("finetune --resume " + path), 1);
    EXPECT_TRUE(says("model.safetensors")) << text_;
}

TEST_F(Finetune, WritesTheModelOfItsLastStepAgainWhenItGoesOn) {
    const std::string path = job("full", {{"method", "full"}, {"max_steps", 2}});
    ASSERT_EQ(run("finetune " + path), 0) << text_;
    const fs::path model = folder_ / "out-full/model.safetensors";
    const std::string expected = contentOf(model);
    folder_.write("out-full/model.safetensors", "what an interrupted run left");
    ASSERT_EQ(run("finetune --resume " + path), 0) << text_;
    EXPECT_EQ(contentOf(model), expected);
}

TEST_F(Finetune, FindsBeforeTheStartThatNothingCanBeWritten) {
    folder_.write("file", "");
    for (const char* output : {"file", "file/below/it", "/dev/null/x", "/proc/none"}) {
        EXPECT_EQ(run("finetune " + job("lora", {{"output", output}, {"data", "missing.jsonl"}})),
                  1)
            << output;
        EXPECT_TRUE(says("The output folder") && says(output) && !says("missing.jsonl")) << text_;
    }
    EXPECT_TRUE(run("finetune " + job("lora", {{"output", "file/x"}})) == 1 &&
                says("is a file, not a folder"))
        << text_;
}

TEST_F(Finetune, SaysThatThereIsNothingToResume) {
    const std::string path = job("lora", {{"max_steps", 1}});
    EXPECT_EQ(run("finetune --resume " + path), 1);
    EXPECT_TRUE(says("nothing to resume") && says("out-lora")) << text_;
    EXPECT_FALSE(fs::exists(folder_ / "out-lora"));
    EXPECT_EQ(run("finetune " + path), 0) << text_;
    fs::remove_all(folder_ / "out-lora/checkpoint-1");
    EXPECT_EQ(run("finetune --resume " + path), 1);
    EXPECT_TRUE(says("holds no checkpoint")) << text_;
}

TEST_F(Finetune, RefusesToGoOnWithOtherDataOrSettings) {
    nlohmann::json options{{"max_steps", 1}, {"learning_rate", 1e-3}};
    ASSERT_EQ(run("finetune " + job("lora", options)), 0) << text_;
    options["learning_rate"] = 2e-3;
    options["rank"] = 4;
    EXPECT_EQ(run("finetune --resume " + job("lora", options)), 1);
    EXPECT_TRUE(says("learning_rate was 0.001 and is 0.002; rank was 8 and is 4")) << text_;
    options = {{"max_steps", 1}, {"learning_rate", 1e-3}};
    std::string rows = contentOf(folder_ / "data.jsonl");
    rows.replace(rows.find("number"), 6, "figure");
    folder_.write("data.jsonl", rows);
    EXPECT_EQ(run("finetune --resume " + job("lora", options)), 1);
    EXPECT_TRUE(says("training data was 8 examples with hash")) << text_;
}

// A run of many steps in another process, until it has said that it learns.
class RunningFinetune {
  public:
    RunningFinetune(const std::string& path, const fs::path& output, bool ignoresHangup = false)
        : output_(output) {
        const int file = ::open(output_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        child_ = ::fork();
        if (child_ != 0) {
            ::close(file);
            return;
        }
        ::dup2(file, 1);
        ::dup2(file, 2);
        if (ignoresHangup) ::signal(SIGHUP, SIG_IGN);
        ::execl(DSM_PROGRAM, "deepseekmoe", "finetune", path.c_str(), nullptr);
        ::_exit(127);
    }
    ~RunningFinetune() {
        if (child_ > 0) ::kill(child_, SIGKILL);
        if (child_ > 0) ::waitpid(child_, nullptr, 0);
    }
    bool says(const std::string& part) const {
        for (int i = 0; i < 6000; ++i) {
            if (contentOf(output_).find(part) != std::string::npos) return true;
            ::usleep(10'000);
        }
        return false;
    }
    void signal(int which) const { ::kill(child_, which); }
    int exitCode() {
        int status = 0;
        ::waitpid(std::exchange(child_, -1), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

  private:
    fs::path output_;
    pid_t child_ = -1;
};

TEST_F(Finetune, SavesWhenAskedToEnd) {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        const std::string name = "signal-" + std::to_string(signal);
        const std::string path = job(name, {{"epochs", 1'000'000}});
        RunningFinetune running(path, folder_ / "running");
        ASSERT_TRUE(running.says("step 2/")) << contentOf(folder_ / "running");
        running.signal(signal);
        EXPECT_EQ(running.exitCode(), 128 + signal);
        EXPECT_TRUE(running.says("--resume")) << contentOf(folder_ / "running");
        bool hasCheckpoint = false;
        for (const auto& entry : fs::directory_iterator(folder_ / ("out-" + name))) {
            hasCheckpoint = hasCheckpoint || fs::exists(entry.path() / "checkpoint.sha256");
        }
        EXPECT_TRUE(hasCheckpoint);
    }
}

// As nohup starts it.
TEST_F(Finetune, GoesOnAfterAHangupThatItWasToldToIgnore) {
    const std::string path = job("nohup", {{"epochs", 1'000'000}});
    RunningFinetune running(path, folder_ / "running", true);
    ASSERT_TRUE(running.says("step 2/")) << contentOf(folder_ / "running");
    running.signal(SIGHUP);
    const std::string before = contentOf(folder_ / "running");
    const std::string last = before.substr(before.rfind("step ") + 5);
    EXPECT_TRUE(running.says("step " + std::to_string(std::atoi(last.c_str()) + 3) + "/"));
    running.signal(SIGTERM);
    EXPECT_EQ(running.exitCode(), 128 + SIGTERM);
}

// One that cannot stop: nobody reads what it says, and its pipe is full.
TEST_F(Finetune, EndsAtOnceAtASecondSignal) {
    const std::string path = job("stuck", {{"epochs", 1'000'000}});
    int pipe[2];
    ASSERT_EQ(::pipe2(pipe, O_CLOEXEC), 0);
    ASSERT_GT(::fcntl(pipe[1], F_SETPIPE_SZ, 4096), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(pipe[1], 1);
        ::execl(DSM_PROGRAM, "deepseekmoe", "finetune", path.c_str(), nullptr);
        ::_exit(127);
    }
    ::close(pipe[1]);
    // Until it waits for room in the pipe, as the kernel says; or for long adds nothing to it.
    const std::string where = "/proc/" + std::to_string(child) + "/wchan";
    int held = 0;
    for (int i = 0, still = 0; i < 6000 && still < 1000; ++i) {
        if (contentOf(where).find("pipe_w") != std::string::npos) break;
        ::usleep(10'000);
        const int before = std::exchange(held, 0);
        ::ioctl(pipe[0], FIONREAD, &held);
        still = held > 0 && held == before ? still + 1 : 0;
    }
    ::kill(child, SIGTERM);
    ::usleep(300'000);
    EXPECT_EQ(::waitpid(child, nullptr, WNOHANG), 0) << "it ended at the first signal";
    ::kill(child, SIGTERM);
    int status = 0;
    ::waitpid(child, &status, 0);
    ::close(pipe[0]);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 128 + SIGTERM) << status;
}

TEST_F(Finetune, NamesWhoTrainsInTheSameFolder) {
    const std::string path = job("lora", {{"epochs", 1'000'000}});
    RunningFinetune running(path, folder_ / "running");
    ASSERT_TRUE(running.says("step 5/"));
    for (const char* command : {"finetune --resume ", "finetune "}) {
        EXPECT_EQ(run(command + path), 1);
        EXPECT_TRUE(says("is in use: deepseekmoe finetune (process ")) << text_;
    }
    running.signal(SIGTERM);
    EXPECT_EQ(running.exitCode(), 128 + SIGTERM);
    EXPECT_FALSE(says("killed"));
}

TEST_F(Finetune, EndsBeforeTheFirstStepWhenAskedTo) {
    // Packed, the steps of each of many epochs would have to be counted.
    const std::string path = job("lora", {{"epochs", 1'000'000'000}, {"packing", true}});
    RunningFinetune running(path, folder_ / "running");
    ASSERT_TRUE(running.says("Time per step")) << contentOf(folder_ / "running");
    running.signal(SIGTERM);
    EXPECT_EQ(running.exitCode(), 128 + SIGTERM);
    EXPECT_TRUE(running.says("nothing had to be saved"));
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
    for (const char* part : {"Line 2: refused: ", "Line 4: refused: nothing of it is trained",
                             "The column id is not used", "Warning: The reference template never",
                             "Warning: Samples may have 9999 tokens"})
        EXPECT_NE(said.find(part), std::string::npos) << part;
    EXPECT_TRUE(says("Warning: The warm-up has 10 steps and the run 3")) << text_;
    ASSERT_EQ(run("finetune --estimate " + job("short", {{"max_length", 64}})), 0) << text_;
    EXPECT_TRUE(says("1 are cut inside an answer")) << text_;
    EXPECT_EQ(run("finetune --estimate " + job("named", {{"columns", {{"answer", "output"}}}})), 1);
    EXPECT_TRUE(says("columns.answer: there is no such column")) << text_;
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
