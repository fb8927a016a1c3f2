// Checkpoints and results of training, on a disk and in a system that fail at every call there is.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "engine/train/data/sample_spool.h"
#include "engine/train/model_writer.h"
#include "engine/train/run/run_folder.h"
#include "engine/train/run/training_run.h"
#include "engine/train/state/event_file.h"
#include "engine/train/state/train_checkpoint.h"
#include "kernels/base/atomic_file.h"
#include "kernels/base/folder.h"
#include "tests/engine/train/training_case.h"
#include "tests/support/fault_walk.h"
#include "tests/support/scoped_variable.h"
#include "tests/support/temporary_folder.h"

namespace dsm::test {
namespace {

namespace fs = std::filesystem;

struct Numbers {
    explicit Numbers(float first) : values(500), moments(500) {
        std::iota(values.begin(), values.end(), first);
        std::iota(moments.begin(), moments.end(), -first);
    }
    OptimizerNumbers spans() { return {values, moments, moments}; }
    std::vector<float> values, moments;
};

TrainState stateAt(std::int64_t step, double bestLoss) {
    TrainState state;
    state.step = step;
    state.steps = 10;
    state.bestLoss = bestLoss;
    return state;
}

class TrainFaultWalk : public testing::Test {
  protected:
    Result<void> write(std::int64_t step, double loss, float first) {
        Numbers numbers(first);
        auto written = writeCheckpoint(
            output_, stateAt(step, loss), numbers.spans(),
            [&](const fs::path& folder) {
                return writeTrainedAdapter(folder, "/base", model_.config, *model_.trained);
            },
            false);
        if (written) rotateCheckpoints(output_, 2, "");
        return written;
    }
    // "" where the checkpoint is one that was written so.
    std::string differs(std::int64_t step, double loss, float first) const {
        const fs::path folder = output_ / checkpointName(step);
        if (auto sound = checkCheckpoint(folder); !sound) return sound.error().message;
        if (!fs::exists(folder / "adapter_config.json")) return "no adapter";
        const auto state = readTrainState(folder);
        if (!state || state->bestLoss != loss) return "another state";
        Numbers read(0), expected(first);
        if (auto ok = readOptimizer(folder, read.spans()); !ok) return ok.error().message;
        return read.values == expected.values ? "" : "other numbers";
    }
    std::vector<std::string> strayNames() const {
        std::vector<std::string> stray = namesIn(output_).value();
        std::erase_if(stray, [](const auto& n) { return isCheckpoint(n) || isUnfinished(n); });
        return stray;
    }

    TemporaryFolder folder_{placeForWalks()};
    const fs::path output_ = folder_ / "run";
    TrainableModel model_ = loadTrainable(goldenFolder("tiny_gqa"), loraTargets({"q_proj"}, 1, 1));
};

// A new one that lets an old one go.
TEST_F(TrainFaultWalk, OfANewCheckpointKeepsThoseBefore) {
    const FaultWalk walk{
        .prepare =
            [&] {
                ASSERT_TRUE(removeTree(output_));
                ASSERT_TRUE(write(1, 1, 100) && write(2, 2, 200));
            },
        .operation = [&] { return messageOf(write(3, 3, 300)); },
        .check = [&](bool hasFailed) -> std::string {
            if (!strayNames().empty()) return "a stray " + strayNames().front();
            if (auto wrong = differs(2, 2, 200); !wrong.empty()) return "step 2: " + wrong;
            const bool isNew = differs(3, 3, 300).empty();
            const bool isThere = fs::exists(output_ / checkpointName(3));
            if (isThere != isNew || (!isNew && !hasFailed)) return "step 3 is not whole";
            if (!isNew && !differs(1, 1, 100).empty()) return "step 1 was lost";
            if (*newestCheckpoint(output_).folder != output_ / checkpointName(isNew ? 3 : 2))
                return "another is the newest";
            removeUnfinished(output_);
            const auto left = namesIn(output_).value();
            return std::any_of(left.begin(), left.end(), isUnfinished) ? "is not cleaned" : "";
        },
        .leastCalls = 150,
        .named = {output_}};
    EXPECT_EQ(walk.run(), "");
}

// The same step once more: both change places.
TEST_F(TrainFaultWalk, OfACheckpointOfTheSameStepKeepsOneOfBoth) {
    const FaultWalk walk{.prepare =
                             [&] {
                                 ASSERT_TRUE(removeTree(output_));
                                 ASSERT_TRUE(write(2, 2, 200));
                             },
                         .operation = [&] { return messageOf(write(2, 7, 700)); },
                         .check = [&](bool hasFailed) -> std::string {
                             if (!strayNames().empty()) return "a stray " + strayNames().front();
                             if (differs(2, 7, 700).empty()) return "";
                             const std::string wrong = differs(2, 2, 200);
                             return hasFailed ? wrong : "not the new one";
                         },
                         .leastCalls = 150,
                         .named = {output_}};
    EXPECT_EQ(walk.run(), "");
}

// Claiming the folder, and putting a result in the place of the one before.
TEST_F(TrainFaultWalk, OfAResultKeepsTheOneBeforeOrIsDoneAgain) {
    const auto put = [](const fs::path& at, const std::string& text) {
        return writeFile(at, std::as_bytes(std::span(text)));
    };
    const auto takeResult = [&](const std::string& text) -> Result<void> {
        const auto run = RunFolder::claim(output_, RunStart::Whichever, "test");
        if (!run) return tl::unexpected(run.error());
        const fs::path finished = unfinishedFolder(output_, "result");
        Result<void> done = removeTree(finished);
        if (done) done = makeFolders(finished).map([](bool) {});
        for (const char* name : {"adapter_model", "config", "tokenizer"}) {
            if (done) done = put(finished / name, text);
        }
        return done ? run->takeResult(finished, 1, "config") : done;
    };
    const FaultWalk walk{
        .prepare =
            [&] {
                ASSERT_TRUE(removeTree(output_));
                ASSERT_TRUE(write(2, 2, 200) && takeResult("old"));
            },
        .operation = [&] { return messageOf(takeResult("new")); },
        .check = [&](bool hasFailed) -> std::string {
            if (auto wrong = differs(2, 2, 200); !wrong.empty()) return "checkpoint: " + wrong;
            const std::string last = contentOf(output_ / "config");
            for (const char* name : {"adapter_model", "config", "tokenizer"}) {
                const std::string text = contentOf(output_ / name);
                if (text != "new" && (last == "new" || !hasFailed || text != "old"))
                    return std::string(name) + " is not whole";
            }
            return "";
        },
        .leastCalls = 150,
        .named = {output_}};
    EXPECT_EQ(walk.run(), "");
}

TEST_F(TrainFaultWalk, OfAnEventFileLeavesNoEmptyOne) {
    const fs::path logs = folder_ / "logs";
    const FaultWalk walk{.prepare = [&] { ASSERT_TRUE(removeTree(logs)); },
                         .operation = [&]() -> std::optional<std::string> {
                             auto file = EventFile::create(logs, [] { return 1.0; });
                             if (!file) return file.error().message;
                             const EventValue value{"train/loss", 2};
                             return messageOf(file->write(1, std::span(&value, 1)));
                         },
                         .check = [&](bool hasFailed) -> std::string {
                             if (!fs::exists(logs)) return hasFailed ? "" : "no folder";
                             for (const auto& entry : fs::directory_iterator(logs)) {
                                 if (entry.file_size() == 0) return "an empty file";
                             }
                             return "";
                         },
                         .leastCalls = 10,
                         .named = {logs}};
    EXPECT_EQ(walk.run(), "");
}

TEST_F(TrainFaultWalk, OfTheTokensOnTheDiskReadsThemAllOrSaysWhy) {
    const ScopedVariable place("TMPDIR", folder_.path().c_str());
    const FaultWalk walk{
        .prepare = [] {},
        .operation = [&]() -> std::optional<std::string> {
            auto spool = SampleSpool::create();
            if (!spool) return spool.error().message;
            TrainingSample sample;
            sample.ids.resize(300'000, 7);
            sample.labels = sample.ids;
            Result<void> done = spool->add(sample);
            if (done) done = spool->add(sample);
            if (done) done = spool->finish();
            if (!done) return done.error().message;
            const auto read = spool->sample(1);
            if (!read) return read.error().message;
            return read->ids == sample.ids ? std::nullopt : std::optional<std::string>("other");
        },
        .check = [&](bool) { return folder_.fileCount() == 0 ? "" : "a file is left"; },
        .leastCalls = 10,
        .named = {folder_.path()}};
    EXPECT_EQ(walk.run(), "");
}

// From the job to the adapter: what fails is told, and the same job, given again, goes on after the
// last checkpoint and ends with the same numbers as one that never failed.
TEST(TrainingRunFaultWalk, OfAWholeRunEndsWithTheSameAdapter) {
    const TemporaryFolder folder(placeForWalks());
    const ScopedVariable place("TMPDIR", folder.path().c_str());
    folder.write("rows.jsonl", R"({"instruction": "a", "output": "b"})"
                               "\n"
                               R"({"instruction": "c", "output": "d"})"
                               "\n");
    const auto train = [&](const fs::path& output) -> std::optional<std::string> {
        TrainJob job;
        job.model = goldenFolder("tiny");
        job.data = {folder / "rows.jsonl"};
        job.maxLength = 32;
        job.threads = 1;
        job.options.output = output;
        job.options.maxSteps = 2;
        job.options.saveSteps = 1;
        job.options.batches = {.batchSamples = 1, .seed = 3};
        job.options.targets = loraTargets({"q_proj"}, 1, 1);
        const auto run = TrainingRun::open(job, {.start = RunStart::Whichever}, {}, {});
        if (!run) return run.error().message;
        if (const auto from = (*run)->start({}); !from) return from.error().message;
        return messageOf((*run)->train({}, {}));
    };
    const auto weightsOf = [](const fs::path& output) {
        return contentOf(output / "adapter_model.safetensors");
    };
    ASSERT_EQ(train(folder / "whole"), std::nullopt);
    const std::string whole = weightsOf(folder / "whole");
    ASSERT_FALSE(whole.empty());
    const fs::path output = folder / "run";
    const FaultWalk walk{.prepare = [&] { ASSERT_TRUE(removeTree(output)); },
                         .operation = [&] { return train(output); },
                         .check = [&](bool hasFailed) -> std::string {
                             if (!hasFailed)
                                 return weightsOf(output) == whole ? "" : "other weights";
                             const bool isResult = fs::exists(output / "adapter_config.json");
                             return !isResult || weightsOf(output) == whole ? "" : "half a result";
                         },
                         .leastCalls = 20,
                         .stride = 23,
                         .named = {folder.path(), goldenFolder("tiny")}};
    EXPECT_EQ(walk.run(), "");
}

}  // namespace
}  // namespace dsm::test
