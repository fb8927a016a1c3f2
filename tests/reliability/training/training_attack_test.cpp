// Attacks on a training run, through the program: kills at random moments, also of its saving, and
// broken variants of everything that it goes on from. Whatever happens, a run that ends well leaves
// the bytes of one that nobody disturbed; else it says which file is wrong.
//
// A short run in CTest; by hand DSM_KILLS=1000 and DSM_SEED for other moments. The broken variants
// of a checkpoint are read a million times in train_state_mutation_test.cpp.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "tests/support/attack.h"
#include "tests/support/mutation.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostRounds = 2000;  // each starts the program
constexpr const char* kAdapter = "adapter_model.safetensors";

class TrainingAttack : public testing::Test {
  protected:
    void SetUp() override {
        std::string rows;
        for (int i = 0; i < 8; ++i) {
            rows += nlohmann::json{{"instruction", std::to_string(i) + "?"},
                                   {"output", "It is " + std::to_string(i)}}
                        .dump() +
                    "\n";
        }
        folder_.write("data.jsonl", rows);
        job_ = nlohmann::json{{"model", std::string(DSM_SOURCE_DIR) + "/tests/golden/tiny"},
                              {"output", "whole"},
                              {"data", "data.jsonl"},
                              {"batch_size", 1},
                              {"accumulation", 1},
                              {"epochs", 3},
                              {"save_steps", 1},
                              {"eval_share", 0.25},
                              {"learning_rate", 1e-3},
                              {"warmup_steps", 0},
                              {"threads", 1}};
        const auto begun = std::chrono::steady_clock::now();
        ASSERT_EQ(train("whole", false), 0) << said();
        took_ = std::chrono::duration_cast<std::chrono::microseconds>(
            std::chrono::steady_clock::now() - begun);
        expected_ = contentOf(folder_ / "whole" / kAdapter);
    }
    std::string writeJob(const std::string& output) {
        job_["output"] = output;
        return folder_.write("job.json", job_.dump(1)).string();
    }
    pid_t start(const std::string& output, bool resumes) {
        const std::string job = writeJob(output);
        const std::string log = (folder_ / "log").string();
        const pid_t child = ::fork();
        if (child != 0) return child;
        const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        ::dup2(file, 1);
        ::dup2(file, 2);
        if (resumes)
            ::execl(DSM_PROGRAM, "deepseekmoe", "finetune", "--resume", job.c_str(), nullptr);
        ::execl(DSM_PROGRAM, "deepseekmoe", "finetune", job.c_str(), nullptr);
        ::_exit(127);
    }
    static int exitOf(pid_t child) {
        int status = 0;
        ::waitpid(child, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    int train(const std::string& output, bool resumes) { return exitOf(start(output, resumes)); }
    std::string said() const { return contentOf(folder_ / "log"); }
    bool hasCheckpoint(const std::string& output) const {
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(folder_ / output, error)) {
            if (entry.path().filename().string().starts_with("checkpoint-")) return true;
        }
        return false;
    }
    bool isSaving(const std::string& output) const {
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(folder_ / output, error)) {
            if (entry.path().filename().string().starts_with(".unfinished")) return true;
        }
        return false;
    }

    const TemporaryFolder folder_{fastFolder()};
    nlohmann::json job_;
    std::string expected_;
    std::chrono::microseconds took_{};  // by a run that nobody disturbs
};

TEST_F(TrainingAttack, KillsAtRandomMomentsChangeNoByteOfTheResult) {
    const char* asked = std::getenv("DSM_KILLS");
    const int kills = asked != nullptr ? std::atoi(asked) : 6;
    const char* chosen = std::getenv("DSM_SEED");
    const std::uint32_t seed =
        chosen != nullptr ? static_cast<std::uint32_t>(std::strtoul(chosen, nullptr, 10)) : 7;
    SCOPED_TRACE("DSM_SEED=" + std::to_string(seed));
    std::mt19937 random(seed);
    int done = 0, duringSaves = 0;
    for (int run = 0; done < kills; ++run) {
        const std::string output = "run-" + std::to_string(run);
        for (bool ended = false; !ended;) {
            const pid_t child = start(output, hasCheckpoint(output));
            // Where in the run it falls is what the test is about: anywhere, on a busy machine too.
            ::usleep(static_cast<useconds_t>(random() % static_cast<unsigned>(took_.count())));
            ::kill(child, done < kills ? SIGKILL : 0);
            const int code = exitOf(child);
            ended = code == 0;
            ASSERT_TRUE(ended || code == -SIGKILL) << "run " << run << ": " << said();
            if (ended) continue;
            ++done;
            if (isSaving(output)) ++duringSaves;
        }
        ASSERT_EQ(contentOf(folder_ / output / kAdapter), expected_) << "run " << run;
        for (const auto& entry : fs::directory_iterator(folder_ / output))
            EXPECT_FALSE(entry.path().filename().string().starts_with(".unfinished")) << entry;
        fs::remove_all(folder_ / output);
    }
    std::printf("%d kills, %d of them in the middle of a save\n", done, duringSaves);
}

// A small disk of its own, which others fill meanwhile; only this command and its children see it.
TEST_F(TrainingAttack, AFullDiskIsToldOfBeforeTheStartAndBeforeASaveAndLosesNothing) {
    fs::create_directory(folder_ / "disk");
    const std::string disk = (folder_ / "disk").string();
    const std::string mounts = "unshare -m sh -c 'mount -t tmpfs -o size=\"$0\" none " + disk;
    if (std::system((mounts + "' 1m 2>/dev/null").c_str()) != 0)
        GTEST_SKIP() << "cannot mount a small file system";
    job_["save_limit"] = 1;
    job_["eval_share"] = 0;
    job_["epochs"] = 40;
    const std::string finetune = std::string(DSM_PROGRAM) + " finetune %s" + writeJob("disk/run") +
                                 " >>" + (folder_ / "log").string() + " 2>&1";
    const auto command = [&](const char* option) {
        std::string text = finetune;
        return text.replace(text.find("%s"), 2, option);
    };
    std::system((mounts + "; " + command("") + "' 2m").c_str());
    EXPECT_NE(said().find("disk/run has 2.1 MB free, and this run needs 1"), std::string::npos)
        << said();
    EXPECT_NE(said().find(" MB for 2 checkpoints of "), std::string::npos) << said();
    folder_.write("log", "");
    const std::string ends = (folder_ / "ends").string();
    std::system((mounts + "; " + command("") + " & pid=$!; until ls " + disk +
                 "/run/checkpoint-*/checkpoint.sha256 >/dev/null 2>&1; do sleep 0.01; done; "
                 "dd if=/dev/zero of=" +
                 disk + "/filler bs=64k 2>/dev/null; wait $pid; echo $? >" + ends + "; rm " + disk +
                 "/filler; " + command("--resume ") + "; echo $? >>" + ends + "' 32m")
                    .c_str());
    EXPECT_EQ(contentOf(ends), "1\n0\n") << said();
    EXPECT_NE(said().find(" free, and this run needs 4."), std::string::npos) << said();
    EXPECT_NE(said().find("The last good checkpoint is "), std::string::npos) << said();
}

TEST_F(TrainingAttack, BrokenFilesOfACheckpointAreNamedOrPassedOver) {
    const std::uint64_t rounds = std::min(mutationRounds(6), kMostRounds);
    const char* names[] = {"trainer_state.json", "optimizer.safetensors", "checkpoint.sha256",
                           "adapter_config.json"};
    for (std::uint64_t seed = 0; seed < rounds; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        fs::remove_all(folder_ / "part");
        fs::copy(folder_ / "whole", folder_ / "part", fs::copy_options::recursive);
        const std::string name = names[seed % std::size(names)];
        const std::string file = "part/checkpoint-18/" + name;
        folder_.write(file, Mutation(seed)(contentOf(folder_ / file)));
        // Every other time nothing older is left to go on from.
        const bool isAlone = seed / std::size(names) % 2 == 1;
        for (int step = 1; isAlone && step < 18; ++step)
            fs::remove_all(folder_ / ("part/checkpoint-" + std::to_string(step)));
        const int code = train("part", true);
        ASSERT_TRUE(code == 0 || code == 1) << code << ": " << said();
        if (code == 0) {
            EXPECT_EQ(contentOf(folder_ / "part" / kAdapter), expected_) << said();
        } else {
            EXPECT_NE(said().find("checkpoint-18"), std::string::npos) << said();
        }
    }
}

TEST_F(TrainingAttack, ABrokenJobIsNamedOrTrainsTheSame) {
    const std::uint64_t rounds = std::min(mutationRounds(6), kMostRounds);
    const std::string good = contentOf(writeJob("whole"));
    for (std::uint64_t seed = 0; seed < rounds; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const fs::path path = folder_.write("broken.json", Mutation(seed)(good));
        const std::string command = std::string(DSM_PROGRAM) + " finetune --resume " +
                                    path.string() + " >" + (folder_ / "log").string() + " 2>&1";
        const int status = std::system(command.c_str());
        ASSERT_TRUE(WIFEXITED(status)) << said();
        if (WEXITSTATUS(status) != 0) {
            ASSERT_EQ(WEXITSTATUS(status), 1) << said();
            EXPECT_NE(said().find("deepseekmoe: "), std::string::npos) << said();
        }
        ASSERT_EQ(contentOf(folder_ / "whole" / kAdapter), expected_) << said();
    }
}

}  // namespace
}  // namespace dsm
