#include "engine/train/trainer.h"

#include <cmath>
#include <fstream>

#include "tests/engine/train/trainer_case.h"

namespace dsm::test {
namespace {

TEST_F(TrainerTest, LearnsItsSamples) {
    TrainOptions o = options();
    o.targets = loraTargets(allLinearTargets(), 8, 16);
    o.epochs = 30;
    const auto trainer = make(o, &data_);
    const double before = **trainer->evaluate({});
    ASSERT_TRUE(trainer->run({}, {}).has_value());
    EXPECT_LT(**trainer->evaluate({}), before / 4);
}

// Whatever the moments are kept in.
class TrainerResumed : public TrainerTest, public testing::WithParamInterface<OptimizerKind> {};

TEST_P(TrainerResumed, GoesOnAsIfItHadNeverStopped) {
    TrainOptions o = options(folder_ / "whole");
    o.optimizer = GetParam();
    o.decay = 0.1;
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

INSTANTIATE_TEST_SUITE_P(Optimizers, TrainerResumed,
                         testing::Values(OptimizerKind::AdamW, OptimizerKind::AdamW8));

TEST_F(TrainerTest, RefusesACheckpointOfTheOtherOptimizer) {
    TrainOptions o = options(folder_ / "run");
    o.maxSteps = 1;
    o.optimizer = OptimizerKind::AdamW8;
    ASSERT_TRUE(make(o)->run({}, {}).has_value());
    const auto checkpoint = newestCheckpoint(o.output).folder.value();
    EXPECT_TRUE(make(o)->resume(checkpoint).has_value());
    o.optimizer = OptimizerKind::AdamW;
    const auto refused = make(o)->resume(checkpoint);
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().message.find("optimizer was adamw_8bit and is nothing"),
              std::string::npos)
        << refused.error().message;
}

TEST_F(TrainerTest, LearnsAsMuchWithMomentsOfEightBits) {
    TrainOptions o = options();
    o.epochs = 12;
    std::vector<double> losses;
    for (const OptimizerKind kind : {OptimizerKind::AdamW, OptimizerKind::AdamW8}) {
        o.optimizer = kind;
        const auto trainer = make(o, &data_);
        ASSERT_TRUE(trainer->run({}, {}).has_value());
        losses.push_back(**trainer->evaluate({}));
    }
    EXPECT_NEAR(losses[1], losses[0], 0.1 * losses[0]);
    EXPECT_NE(losses[1], losses[0]);
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
    data_ = randomSamples(4);
    TrainOptions o = options();
    o.batches.batchSamples = 1;
    o.batches.accumulation = 4;
    o.maxSteps = 1;
    const auto asIs = make(o, &data_);
    const auto mean = asIs->evaluate({});
    ASSERT_TRUE(mean.has_value() && mean->has_value());
    ASSERT_EQ(asIs->sampleLosses().size(), 4U);
    double sum = 0, labels = 0, means = 0;
    for (const SampleLoss& one : asIs->sampleLosses()) {
        sum += one.loss;
        labels += static_cast<double>(one.labels);
        means += one.mean() / 4;
    }
    ASSERT_GT(std::abs(sum / labels - means), 1e-3) << "the samples are as long as each other";
    for (const bool meanOfMeans : {false, true}) {
        o.meanOfMeans = meanOfMeans;
        double loss = 0;
        ASSERT_TRUE(make(o)->run([&](const TrainProgress& p) { loss = p.loss; }, {}).has_value());
        EXPECT_NEAR(loss, meanOfMeans ? means : sum / labels, 1e-5);
    }
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

}  // namespace
}  // namespace dsm::test
