// What ends a training, or keeps it from going on, and what is left then.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "engine/train/run_identity.h"
#include "tests/engine/train/trainer_case.h"

namespace dsm::test {
namespace {

// Samples whose disk fails after some reads.
class FailingDataset : public Dataset {
  public:
    // After the first of all, which are those of their hash.
    FailingDataset(const Dataset& whole, int reads)
        : whole_(whole), left_(static_cast<int>(whole.size()) + reads) {}

    std::int64_t size() const override { return whole_.size(); }
    SampleLength length(std::int64_t i) const override { return whole_.length(i); }
    Result<TrainingSample> sample(std::int64_t i) const override {
        if (left_-- <= 0) return failure(ErrorCode::Io, "a.jsonl: the disk went away.");
        return whole_.sample(i);
    }

  private:
    const Dataset& whole_;
    mutable int left_;
};

TEST_F(TrainerTest, StopsWhereASampleCannotBeReadAndKeepsWhatItLearnt) {
    // Five steps an epoch read 18 samples; an evaluation after each epoch reads 18 of its own.
    for (const int reads : {0, 7, 18, 30}) {
        SCOPED_TRACE(reads);
        const TrainOptions o = options(folder_ / std::to_string(reads));
        const FailingDataset failing(data_, reads);
        auto trainer =
            Trainer::make(model_.config, *model_.weights, failing, &data_, o, Backend::Cpu, 1);
        ASSERT_TRUE(trainer.has_value());
        const auto outcome = (*trainer)->run({}, {});
        ASSERT_FALSE(outcome.has_value());
        EXPECT_EQ(outcome.error().code, ErrorCode::Io);
        EXPECT_NE(outcome.error().message.find("a.jsonl"), std::string::npos);
        const auto last = newestCheckpoint(o.output).folder;
        ASSERT_TRUE(last.has_value());
        EXPECT_EQ(last->filename(), checkpointName((*trainer)->state().step));
    }
    const FailingDataset failing(data_, 3);
    const auto evaluated = make(options(folder_ / "evaluated"), &failing)->run({}, {});
    ASSERT_FALSE(evaluated.has_value());
    EXPECT_EQ(evaluated.error().message, "a.jsonl: the disk went away.");
}

// Cuts the model's file when a sample is read: as when it is copied over while it is in use.
class CuttingDataset : public MemoryDataset {
  public:
    CuttingDataset(MemoryDataset samples, std::filesystem::path weights)
        : MemoryDataset(std::move(samples)), weights_(std::move(weights)) {}
    // After that many samples more; -1: never.
    void cutAfter(int reads) { reads_ = reads; }
    Result<TrainingSample> sample(std::int64_t i) const override {
        if (reads_-- == 0) std::filesystem::resize_file(weights_, 1 << 14);
        return MemoryDataset::sample(i);
    }

  private:
    std::filesystem::path weights_;
    mutable int reads_ = -1;
};

TEST_F(TrainerTest, StopsWhereTheWeightsAreCutAndKeepsWhatItLearntBefore) {
    const TrainOptions whole = options(folder_ / "whole");
    ASSERT_TRUE(make(whole, &data_)->run({}, {}).has_value());
    // In the first step, in the second, and in the evaluation behind the fifth.
    for (const auto& [reads, evaluationReads, steps] :
         {std::tuple{0, -1, 0}, std::tuple{5, -1, 1}, std::tuple{-1, 3, 5}}) {
        SCOPED_TRACE(std::to_string(reads) + ", " + std::to_string(evaluationReads));
        const auto model = folder_ / "model";
        std::filesystem::copy(goldenFolder("tiny_gqa"), model);
        const auto weights = model / "model.safetensors";
        const TrainableModel opened = loadTrainable(model, loraTargets({"q_proj"}, 1, 1));
        TrainOptions o = options(folder_ / "out");
        o.saveSteps = 1;
        o.saveLimit = 9;
        CuttingDataset training(data_, weights);
        CuttingDataset evaluation(data_, weights);
        auto trainer = Trainer::make(opened.config, *opened.weights, training, &evaluation, o,
                                     Backend::Cpu, 2);
        ASSERT_TRUE(trainer.has_value()) << trainer.error().message;
        training.cutAfter(reads);
        evaluation.cutAfter(evaluationReads);
        const auto outcome = (*trainer)->run({}, {});
        ASSERT_FALSE(outcome.has_value());
        EXPECT_EQ(outcome.error().code, ErrorCode::Io);
        EXPECT_NE(outcome.error().message.find(weights.string() + " was changed"),
                  std::string::npos)
            << outcome.error().message;
        for (const auto& entry : std::filesystem::directory_iterator(o.output))
            EXPECT_TRUE(entry.path().filename().string().starts_with("checkpoint-")) << entry;
        const auto last = newestCheckpoint(o.output).folder;
        ASSERT_TRUE(last.has_value());
        EXPECT_EQ(last->filename(), checkpointName(steps));
        // Nothing of the zeros that the cut file reads as: the run ends as if nobody had cut it.
        auto resumed = make(o, &data_);
        const auto taken = resumed->resume(*last);
        ASSERT_TRUE(taken.has_value()) << taken.error().message;
        ASSERT_TRUE(resumed->run({}, {}).has_value());
        const auto again = make(whole, &data_);
        ASSERT_TRUE(again->resume(*newestCheckpoint(whole.output).folder).has_value());
        EXPECT_EQ(values(*resumed), values(*again));
        std::filesystem::remove_all(model);
        std::filesystem::remove_all(o.output);
    }
    // What learns would begin with zeros.
    const auto model = folder_ / "model";
    std::filesystem::copy(goldenFolder("tiny_gqa"), model);
    const TrainableModel opened = loadTrainable(model, loraTargets({"q_proj"}, 1, 1));
    std::filesystem::resize_file(model / "model.safetensors", 1 << 14);
    const auto trainer = Trainer::make(opened.config, *opened.weights, data_, nullptr,
                                       options(folder_ / "out"), Backend::Cpu, 2);
    ASSERT_FALSE(trainer.has_value());
    EXPECT_NE(trainer.error().message.find("was changed"), std::string::npos);
}

TEST_F(TrainerTest, ExplainsNumbersThatAreNotFinite) {
    TrainOptions o = options(folder_ / "out");
    o.saveSteps = 1;
    const auto trainer = make(o);
    const auto outcome = trainer->run(
        [&](const TrainProgress& p) {
            if (p.step == 2)
                trainer->trained().values()[0] = std::numeric_limits<float>::infinity();
        },
        {});
    ASSERT_FALSE(outcome.has_value());
    for (const char* part : {"Step 3", "layer 0", "learning rate", "checkpoint-2"})
        EXPECT_NE(outcome.error().message.find(part), std::string::npos) << outcome.error().message;
}

TEST_F(TrainerTest, RefusesACheckpointOfAnotherJob) {
    TrainOptions o = options(folder_ / "out");
    o.maxSteps = 1;
    ASSERT_TRUE(make(o)->run({}, {}).has_value());
    o.rate = 1e-4;
    const auto resumed = make(o)->resume(o.output / "checkpoint-1");
    ASSERT_FALSE(resumed.has_value());
    EXPECT_NE(resumed.error().message.find("learning_rate was 0.005 and is 1e-04"),
              std::string::npos)
        << resumed.error().message;
}

TEST_F(TrainerTest, RefusesOtherDataOfTheSameLengths) {
    TrainOptions o = options(folder_ / "out");
    o.maxSteps = 1;
    ASSERT_TRUE(make(o)->run({}, {}).has_value());
    MemoryDataset others;
    for (std::int64_t i = 0; i < data_.size(); ++i) {
        TrainingSample sample = *data_.sample(i);
        sample.ids[0] = (sample.ids[0] + 1) % 320;
        others.add(std::move(sample));
    }
    const auto trainer =
        Trainer::make(model_.config, *model_.weights, others, nullptr, o, Backend::Cpu, 2);
    const auto resumed = (*trainer)->resume(o.output / "checkpoint-1");
    ASSERT_FALSE(resumed.has_value());
    EXPECT_NE(resumed.error().message.find("training data was"), std::string::npos);
}

TEST_F(TrainerTest, RefusesAnotherBaseOfTheSameShapes) {
    TrainOptions o = options(folder_ / "out");
    o.maxSteps = 1;
    ASSERT_TRUE(make(o)->run({}, {}).has_value());
    ModelConfig other = model_.config;
    other.rmsEpsilon *= 2;
    const auto trainer = Trainer::make(other, *model_.weights, data_, nullptr, o, Backend::Cpu, 2);
    const auto resumed = (*trainer)->resume(o.output / "checkpoint-1");
    ASSERT_FALSE(resumed.has_value());
    EXPECT_NE(resumed.error().message.find("base model was"), std::string::npos);
    // Saving, logging and threads change nothing that is learned.
    o.logSteps = 3;
    o.saveSteps = 1;
    EXPECT_TRUE(make(o, nullptr, 1)->resume(o.output / "checkpoint-1").has_value());
}

TEST_F(TrainerTest, KnowsABaseOfWhichOneWeightIsAnother) {
    TrainOptions o = options(folder_ / "out");
    const std::filesystem::path copy = folder_ / "copy";
    std::filesystem::copy(goldenFolder("tiny"), copy);
    const auto identityOf = [&](const std::filesystem::path& folder) {
        const TrainableModel model = loadTrainable(folder, o.targets);
        const auto identity = runIdentity(model.config, *model.weights, o, data_, nullptr, {});
        EXPECT_TRUE(identity.has_value());
        return identity ? *identity : RunIdentity();
    };
    const RunIdentity before = identityOf(goldenFolder("tiny"));
    EXPECT_EQ(differences(before, identityOf(copy)), "");
    std::string file;
    for (const auto& entry : std::filesystem::directory_iterator(copy)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with("model-") && (file.empty() || name < file)) file = name;
    }
    ASSERT_FALSE(file.empty());
    const std::string good = contentOf(copy / file);
    // Few of many: whatever draws a sample of the weights misses most of them.
    for (std::size_t i = 1; i <= 12; ++i) {
        std::string bad = good;
        bad[bad.size() - i * 517] = static_cast<char>(bad[bad.size() - i * 517] ^ 1);
        folder_.write("copy/" + file, bad);
        EXPECT_TRUE(differences(before, identityOf(copy)).starts_with("base model was one with"))
            << i * 517 << " bytes before the end of " << file;
    }
}

TEST_F(TrainerTest, PassesOverACheckpointThatTheDiskChanged) {
    TrainOptions o = options(folder_ / "out");
    o.saveSteps = 5;
    ASSERT_TRUE(make(o)->run({}, {}).has_value());
    for (const char* name : {kOptimizerFileName, kTrainStateName}) {
        const std::filesystem::path path = o.output / "checkpoint-10" / name;
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(-3, std::ios::end);
        const char before = static_cast<char>(file.peek());
        file.put(static_cast<char>(before ^ 1));
        file.close();
        const NewestCheckpoint newest = newestCheckpoint(o.output);
        EXPECT_EQ(newest.folder, o.output / "checkpoint-5");
        ASSERT_EQ(newest.damaged.size(), 1U);
        EXPECT_NE(newest.damaged[0].find(path.string()), std::string::npos) << newest.damaged[0];
        std::fstream back(path, std::ios::in | std::ios::out | std::ios::binary);
        back.seekp(-3, std::ios::end);
        back.put(before);
    }
    EXPECT_EQ(newestCheckpoint(o.output).folder, o.output / "checkpoint-10");
}

TEST_F(TrainerTest, RefusesDataWithoutALabel) {
    MemoryDataset masked;
    masked.add({{1, 2, 3}, {1, kNotTrained, kNotTrained}});
    const auto trainer =
        Trainer::make(model_.config, *model_.weights, masked, nullptr, options(), Backend::Cpu, 1);
    ASSERT_FALSE(trainer.has_value());
    EXPECT_NE(trainer.error().message.find("no token to learn"), std::string::npos);
}

TEST_F(TrainerTest, NamesATargetThatIsNoPartOfTheModel) {
    for (const char* name : {"q_prj", "gate", "embed_tokens"}) {
        TrainOptions o = options();
        o.targets.targets = {name};
        const auto trainer =
            Trainer::make(model_.config, *model_.weights, data_, nullptr, o, Backend::Cpu, 1);
        ASSERT_FALSE(trainer.has_value());
        EXPECT_NE(trainer.error().message.find(name), std::string::npos);
    }
}

// A child is killed in the midst of its checkpoints, again and again: what lies under a final name
// can be read and gone on with.
TEST_F(TrainerTest, SurvivesBeingKilled) {
    TrainOptions o = options(folder_ / "out");
    o.saveSteps = 1;
    o.epochs = 1000;
    std::int64_t reached = 0;
    for (int round = 0; round < 4; ++round) {
        const pid_t child = ::fork();
        if (child == 0) {
            auto trainer =
                Trainer::make(model_.config, *model_.weights, data_, nullptr, o, Backend::Cpu, 1);
            if (const auto last = newestCheckpoint(o.output).folder) {
                if (!(*trainer)->resume(*last)) ::_exit(3);
            }
            static_cast<void>((*trainer)->run({}, {}));
            ::_exit(4);
        }
        // However slow this computer: once one more step lies there, and not at once then.
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
        const auto newest = [&] {
            const auto steps = checkpointSteps(o.output);
            return steps && !steps->empty() ? steps->back() : 0;
        };
        while (newest() <= reached && std::chrono::steady_clock::now() < deadline)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        std::this_thread::sleep_for(std::chrono::milliseconds(3 + 17 * round));
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
        const auto last = newestCheckpoint(o.output).folder;
        ASSERT_TRUE(last.has_value());
        const auto steps = checkpointSteps(o.output).value();
        for (const std::int64_t step : steps)
            EXPECT_TRUE(readTrainState(o.output / checkpointName(step)).has_value());
        const auto state = readTrainState(*last);
        ASSERT_TRUE(state.has_value());
        EXPECT_GT(state->step, reached);
        reached = state->step;
    }
}

}  // namespace
}  // namespace dsm::test
