#include "engine/train/trainer.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <thread>

#include "engine/train/run_identity.h"
#include "tests/engine/train/training_case.h"
#include "tests/support/temporary_folder.h"

namespace dsm::test {
namespace {

MemoryDataset randomSamples(int count, std::uint32_t seed = 3) {
    MemoryDataset data;
    std::uint32_t state = seed;
    const auto below = [&state](std::uint32_t bound) {
        state = state * 1664525U + 1013904223U;
        return static_cast<std::int32_t>((state >> 8) % bound);
    };
    for (int i = 0; i < count; ++i) {
        TrainingSample sample;
        const std::int32_t length = 4 + below(9);
        for (std::int32_t t = 0; t < length; ++t) {
            sample.ids.push_back(below(320));
            sample.labels.push_back(t < 2 ? kNotTrained : sample.ids.back());
        }
        data.add(std::move(sample));
    }
    return data;
}

TrainOptions options(const std::filesystem::path& output = {}) {
    TrainOptions o;
    o.targets = loraTargets(attentionTargets(), 4, 8);
    o.batches = {.batchSamples = 2, .accumulation = 2, .seed = 5};
    o.epochs = 2;
    o.rate = 5e-3;
    o.warmupSteps = 1;
    o.output = output;
    return o;
}

class TrainerTest : public testing::Test {
  protected:
    std::unique_ptr<Trainer> make(const TrainOptions& o, const Dataset* evaluation = nullptr,
                                  int threads = 2) {
        auto trainer = Trainer::make(model_.config, *model_.weights, data_, evaluation, o,
                                     Backend::Cpu, threads);
        if (!trainer) {
            ADD_FAILURE() << trainer.error().message;
            return nullptr;
        }
        return std::move(*trainer);
    }
    static std::vector<float> values(const Trainer& trainer) {
        const auto v = trainer.trained().values();
        return {v.begin(), v.end()};
    }

    TrainableModel model_ = loadTrainable(goldenFolder("tiny_gqa"), loraTargets({"q_proj"}, 1, 1));
    MemoryDataset data_ = randomSamples(18);
    TemporaryFolder folder_;
};

TEST_F(TrainerTest, LearnsItsSamples) {
    TrainOptions o = options();
    o.targets = loraTargets(allLinearTargets(), 8, 16);
    o.epochs = 30;
    const auto trainer = make(o, &data_);
    const double before = **trainer->evaluate({});
    ASSERT_TRUE(trainer->run({}, {}).has_value());
    EXPECT_LT(**trainer->evaluate({}), before / 4);
}

TEST_F(TrainerTest, GoesOnAsIfItHadNeverStopped) {
    TrainOptions o = options(folder_ / "whole");
    o.targets.lora.dropout = 0.2;
    o.evalSteps = 4;
    const auto whole = make(o, &data_);
    const auto expected = whole->run({}, {});
    ASSERT_TRUE(expected.has_value());
    ASSERT_EQ(expected->state.step, 10);  // 18 samples: five steps of up to four an epoch

    o.output = folder_ / "parts";
    std::filesystem::path checkpoint;
    for (const std::int64_t stopAfter : {3, 5, 100}) {
        const auto part = make(o, &data_, stopAfter == 5 ? 1 : 2);
        if (!checkpoint.empty()) {
            ASSERT_TRUE(part->resume(checkpoint).has_value());
        }
        std::stop_source stop;
        const auto outcome = part->run(
            [&](const TrainProgress& p) {
                if (p.step == stopAfter) stop.request_stop();
            },
            stop.get_token());
        if (stopAfter < 10) {
            ASSERT_FALSE(outcome.has_value());
            EXPECT_EQ(outcome.error().code, ErrorCode::Cancelled);
            checkpoint = newestCheckpoint(o.output).folder.value();
            EXPECT_EQ(checkpoint.filename(), checkpointName(stopAfter));
        } else {
            ASSERT_TRUE(outcome.has_value());
            EXPECT_EQ(outcome->state, expected->state);
            EXPECT_EQ(values(*part), values(*whole));
        }
    }
}

TEST_F(TrainerTest, TellsTheLossOfEachSampleWhateverItIsEvaluatedWith) {
    MemoryDataset data;
    data.add({});  // takes no place in a batch
    for (std::int64_t i = 0; i < 5; ++i)
        data.add(*data_.sample(i));
    data.add({.ids = {1, 2, 3}, .labels = {kNotTrained, kNotTrained, kNotTrained}});
    data.add(*data_.sample(5));
    TrainOptions o = options();
    o.batches.batchSamples = 3;
    const auto together = make(o, &data);
    const double mean = **together->evaluate({});
    ASSERT_EQ(together->sampleLosses().size(), 6U);
    double sum = 0;
    std::int64_t labels = 0;
    for (const SampleLoss& one : together->sampleLosses()) {
        MemoryDataset alone;
        alone.add(*data.sample(one.sample));
        const auto trainer = make(o, &alone);
        EXPECT_NEAR(**trainer->evaluate({}), one.mean(), 1e-5) << one.sample;
        sum += one.loss;
        labels += one.labels;
    }
    EXPECT_EQ(together->sampleLosses().back().sample, 7);
    EXPECT_NEAR(sum / static_cast<double>(labels), mean, 1e-9);
}

TEST_F(TrainerTest, AccumulatesToTheSameGradient) {
    std::vector<double> norms;
    for (const std::int64_t accumulation : {1, 2, 4}) {
        TrainOptions o = options();
        o.batches.accumulation = accumulation;
        o.batches.batchSamples = 4 / accumulation;
        o.maxSteps = 1;
        const auto trainer = make(o);
        ASSERT_TRUE(trainer->run([&](const TrainProgress& p) { norms.push_back(p.gradNorm); }, {})
                        .has_value());
    }
    EXPECT_NEAR(norms[1], norms[0], 1e-5 * norms[0]);
    EXPECT_NEAR(norms[2], norms[0], 1e-5 * norms[0]);
}

TEST_F(TrainerTest, WeighsTokensUnlessAskedForTheMeanOfMeans) {
    std::vector<double> losses;
    for (const bool meanOfMeans : {false, true}) {
        TrainOptions o = options();
        o.meanOfMeans = meanOfMeans;
        o.maxSteps = 1;
        const auto trainer = make(o);
        ASSERT_TRUE(trainer->run([&](const TrainProgress& p) { losses.push_back(p.loss); }, {})
                        .has_value());
    }
    EXPECT_NE(losses[0], losses[1]);
    EXPECT_NEAR(losses[0], losses[1], 0.5);
}

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
        EXPECT_NE(outcome.error().message.find(weights.string() + " became shorter"),
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
    EXPECT_NE(trainer.error().message.find("became shorter"), std::string::npos);
}

TEST_F(TrainerTest, PackedSamplesDoNotSeeEachOther) {
    std::vector<double> losses;
    for (const std::int64_t packTokens : {0, 1000}) {
        TrainOptions o = options();
        o.batches = {.batchSamples = 1,
                     .accumulation = packTokens > 0 ? 1 : 18,
                     .packTokens = packTokens,
                     .seed = 5};
        o.maxSteps = 1;
        const auto trainer = make(o);
        ASSERT_TRUE(trainer->run([&](const TrainProgress& p) { losses.push_back(p.loss); }, {})
                        .has_value());
    }
    EXPECT_NEAR(losses[0], losses[1], 1e-6);
}

TEST_F(TrainerTest, KeepsTheNewestCheckpointsAndTheBest) {
    TrainOptions o = options(folder_ / "out");
    o.saveSteps = 1;
    o.saveLimit = 2;
    o.evalSteps = 1;
    o.rate = 0.5;  // so that the evaluation soon gets worse
    o.maxGradNorm = 0;
    const MemoryDataset other = randomSamples(4, 99);
    const auto trainer = make(o, &other);
    const auto outcome = trainer->run({}, {});
    ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
    const auto steps = checkpointSteps(o.output).value();
    EXPECT_EQ(steps.size(), 2U);
    EXPECT_EQ(steps.back(), 10);
    EXPECT_TRUE(std::filesystem::exists(o.output / outcome->state.bestCheckpoint));
}

TEST_F(TrainerTest, EndsEarlyWithoutGain) {
    TrainOptions o = options(folder_ / "out");
    o.evalSteps = 1;
    o.patience = 2;
    o.rate = 0;  // nothing changes, so nothing gains
    const auto trainer = make(o, &data_);
    const auto outcome = trainer->run({}, {});
    ASSERT_TRUE(outcome.has_value());
    EXPECT_TRUE(outcome->stoppedEarly);
    EXPECT_EQ(outcome->state.step, 3);
    EXPECT_EQ(outcome->state.bestCheckpoint, checkpointName(1));
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

TEST_F(TrainerTest, SavesAtTheEndOfEachEpochUnlessAskedOtherwise) {
    TrainOptions o = options(folder_ / "out");
    std::vector<std::int64_t> saved;
    ASSERT_TRUE(make(o)
                    ->run(
                        [&](const TrainProgress& p) {
                            if (p.saved) saved.push_back(p.step);
                        },
                        {})
                    .has_value());
    EXPECT_EQ(saved, (std::vector<std::int64_t>{5, 10}));
    // Nobody asked for the first one: it went when the second was whole.
    EXPECT_EQ(checkpointSteps(o.output).value(), std::vector<std::int64_t>{10});
}

TEST_F(TrainerTest, SavesWhenTimeHasPassed) {
    TrainOptions o = options(folder_ / "out");
    o.saveSteps = 4;
    o.saveEvery = std::chrono::duration<double>(1e-9);
    std::int64_t saved = 0;
    ASSERT_TRUE(
        make(o)->run([&](const TrainProgress& p) { saved += p.saved ? 1 : 0; }, {}).has_value());
    EXPECT_EQ(saved, 10);
    EXPECT_EQ(checkpointSteps(o.output).value(), (std::vector<std::int64_t>{4, 8, 10}));
}

TEST_F(TrainerTest, IsStoppedInTheMidstOfAnEvaluationAndGoesOnWithIt) {
    TrainOptions o = options(folder_ / "whole");
    o.evalSteps = 4;
    const auto whole = make(o, &data_);
    const auto expected = whole->run({}, {});
    ASSERT_TRUE(expected.has_value());

    // Stops while the fourth sample of the first evaluation is read.
    class Stopping : public Dataset {
      public:
        Stopping(const Dataset& all, std::stop_source& stop) : all_(all), stop_(stop) {}
        std::int64_t size() const override { return all_.size(); }
        SampleLength length(std::int64_t i) const override { return all_.length(i); }
        Result<TrainingSample> sample(std::int64_t i) const override {
            // The first reading of all is that of their hash.
            if (++read_ == all_.size() + 4) stop_.request_stop();
            return all_.sample(i);
        }

      private:
        const Dataset& all_;
        std::stop_source& stop_;
        mutable std::int64_t read_ = 0;
    };
    o.output = folder_ / "parts";
    std::stop_source stop;
    const Stopping stopping(data_, stop);
    std::vector<std::int64_t> told;
    const auto part = make(o, &stopping);
    const auto stopped =
        part->run([&](const TrainProgress& p) { told.push_back(p.step); }, stop.get_token());
    ASSERT_FALSE(stopped.has_value());
    EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
    EXPECT_EQ(told, (std::vector<std::int64_t>{1, 2, 3, 4}));
    const auto last = newestCheckpoint(o.output).folder;
    ASSERT_TRUE(last && last->filename() == "checkpoint-4");

    const auto rest = make(o, &data_);
    ASSERT_TRUE(rest->resume(*last).has_value());
    std::optional<TrainProgress> first;
    const auto outcome = rest->run(
        [&](const TrainProgress& p) {
            if (!first) first = p;
        },
        {});
    ASSERT_TRUE(outcome.has_value());
    EXPECT_TRUE(first->evaluationOnly && first->evalLoss && first->step == 4);
    EXPECT_EQ(outcome->state, expected->state);
    EXPECT_EQ(values(*rest), values(*whole));
}

TEST_F(TrainerTest, PlansNoMoreThanItsSteps) {
    TrainOptions o = options();
    o.epochs = 1'000'000'000;
    EXPECT_EQ(make(o)->state().steps, 5'000'000'000);
    o.maxSteps = 5;
    for (const std::int64_t packTokens : {0, 100}) {
        o.batches.packTokens = packTokens;
        EXPECT_EQ(make(o)->state().steps, 5);
    }
    // Packed, each epoch must be planned; that can be stopped.
    o.maxSteps = 0;
    std::stop_source stop;
    stop.request_stop();
    const auto trainer = Trainer::make(model_.config, *model_.weights, data_, nullptr, o,
                                       Backend::Cpu, 1, stop.get_token());
    ASSERT_FALSE(trainer.has_value());
    EXPECT_EQ(trainer.error().code, ErrorCode::Cancelled);
}

TEST_F(TrainerTest, DoesNotGoOnAfterItHasEndedEarly) {
    TrainOptions o = options(folder_ / "out");
    o.evalSteps = 1;
    o.patience = 2;
    o.rate = 0;
    ASSERT_TRUE(make(o, &data_)->run({}, {}).has_value());
    const auto again = make(o, &data_);
    ASSERT_TRUE(again->resume(*newestCheckpoint(o.output).folder).has_value());
    const auto outcome = again->run({}, {});
    ASSERT_TRUE(outcome.has_value());
    EXPECT_TRUE(outcome->stoppedEarly);
    EXPECT_EQ(outcome->state.step, 3);
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
        std::this_thread::sleep_for(std::chrono::milliseconds(150 + 67 * round));
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
        const auto last = newestCheckpoint(o.output).folder;
        if (!last) continue;
        const auto steps = checkpointSteps(o.output).value();
        for (const std::int64_t step : steps)
            EXPECT_TRUE(readTrainState(o.output / checkpointName(step)).has_value());
        const auto state = readTrainState(*last);
        ASSERT_TRUE(state.has_value());
        EXPECT_GE(state->step, reached);
        reached = state->step;
    }
    EXPECT_GT(reached, 0);
}

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
        .intervals = {.logSteps = 2, .evalSteps = 0, .saveSteps = 3, .batchSamples = 4}};
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
