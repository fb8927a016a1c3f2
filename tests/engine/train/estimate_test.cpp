#include "engine/train/estimate.h"

#include <algorithm>

#include "engine/train/step_time.h"
#include "tests/engine/train/training_case.h"

namespace dsm::test {
namespace {

MemoryDataset samplesOf(std::int64_t count, std::int64_t length) {
    MemoryDataset data;
    for (std::int64_t i = 0; i < count; ++i) {
        TrainingSample sample;
        for (std::int64_t t = 0; t < length; ++t)
            sample.ids.push_back(static_cast<std::int32_t>((i * 37 + t * 11) % 300));
        sample.labels = sample.ids;
        data.add(std::move(sample));
    }
    return data;
}

void expectNear(std::uint64_t estimated, std::uint64_t counted, double share, const char* part) {
    EXPECT_NEAR(static_cast<double>(estimated), static_cast<double>(counted),
                share * static_cast<double>(counted) + 4096)
        << part;
}

TEST(Estimate, OfMemoryIsWhatARunAllocates) {
    for (const char* folder : {"tiny", "tiny_gqa"}) {
        for (const auto& targets : {loraTargets(attentionTargets(), 8, 8),
                                    loraTargets(allLinearTargets(), 4, 8), fullTargets()}) {
            for (const bool checkpointing : {true, false}) {
                // Moments of 8 bits with it, of 32 without.
                SCOPED_TRACE(std::string(folder) + ", " + std::to_string(targets.targets.size()) +
                             " targets" + (checkpointing ? ", checkpointing" : ""));
                TrainableModel model = loadTrainable(goldenFolder(folder), targets);
                const MemoryDataset data = samplesOf(4, 64);
                TrainOptions options;
                options.targets = targets;
                options.batches = {.batchSamples = 4};
                options.maxSteps = 1;
                options.checkpointing = checkpointing;
                options.optimizer = checkpointing ? OptimizerKind::AdamW8 : OptimizerKind::AdamW;
                auto trainer = Trainer::make(model.config, *model.weights, data, nullptr, options,
                                             Backend::Cpu, 2);
                ASSERT_TRUE(trainer.has_value());
                ASSERT_TRUE((*trainer)->run({}, {}).has_value());
                const TrainMemory counted = (*trainer)->memory();
                const TrainMemory estimated =
                    estimateMemory(model.config, model.weights->sizeBytes(), options,
                                   {.tokens = 256, .labels = 252, .samples = 4});
                expectNear(estimated.weightBytes, counted.weightBytes, 0, "weights");
                expectNear(estimated.trainedBytes, counted.trainedBytes, 0, "learning");
                expectNear(estimated.gradientBytes, counted.gradientBytes, 0, "gradients");
                expectNear(estimated.optimizerBytes, counted.optimizerBytes, 0, "optimizer");
                expectNear(estimated.activationBytes, counted.activationBytes, 0.15, "activations");
                expectNear(estimated.lossBytes, counted.lossBytes, 0.15, "loss");
                expectNear(estimated.scratchBytes, counted.scratchBytes, 0.3, "products");
                expectNear(estimated.totalBytes(), counted.totalBytes(), 0.15, "all");
            }
        }
    }
}

TEST(Estimate, OfWorkGrowsWithWhatLearns) {
    const ModelConfig config = publishedConfig();
    TrainOptions options;
    options.targets = loraTargets(attentionTargets(), 8, 8);
    const BatchShape batch{.tokens = 1024, .labels = 500, .samples = 4};
    const double lora = usefulOperations(config, options, batch);
    // Forth and back through 2.8 billion active parameters, two operations each.
    EXPECT_NEAR(lora, 2 * 2.0 * 1024 * 2.8e9, 0.2 * lora);
    options.targets = fullTargets();
    EXPECT_NEAR(usefulOperations(config, options, batch) / lora, 1.5, 0.05);
}

TEST(Estimate, KnowsHowManyNumbersLearn) {
    const ModelConfig config = publishedConfig();
    EXPECT_EQ(*trainedNumbers(config, loraTargets(attentionTargets(), 8, 8)), 3'670'016);
    EXPECT_EQ(*trainedNumbers(config, loraTargets(allLinearTargets(), 8, 8)), 150'460'928);
    TrainTargets saved = loraTargets(attentionTargets(), 8, 8);
    saved.savedModules = {"embed_tokens", "lm_head"};
    EXPECT_EQ(*trainedNumbers(config, saved), 3'670'016 + 419'430'400);
    EXPECT_EQ(*trainedNumbers(config, fullTargets()), config.parameters());
}

// Timings are not asserted; all targets are: those of later layers alone need the whole model.
TEST(Estimate, OfTimeIsMeasuredForEveryMethod) {
    for (const auto& targets :
         {loraTargets(attentionTargets(), 2, 8), loraTargets(allLinearTargets(), 2, 8),
          loraTargets({"model.layers.2.self_attn.q_proj"}, 2, 8), fullTargets()}) {
        TrainableModel model = loadTrainable(goldenFolder("tiny"), targets);
        const MemoryDataset data = samplesOf(4, 24);
        TrainOptions options;
        options.targets = targets;
        options.batches = {.batchSamples = 2, .accumulation = 2};
        const EpochShape shape = epochShape(data, options.batches);
        const auto seconds = measureStepSeconds(model.config, *model.weights, options, data, shape,
                                                Backend::Cpu, 1, {});
        ASSERT_TRUE(seconds.has_value()) << seconds.error().message;
        EXPECT_GT(seconds->usual, 0);
        EXPECT_GE(seconds->longest, seconds->usual);
    }
}

TEST(Estimate, OfTimeEndsWhenAskedToStop) {
    TrainableModel model = loadTrainable(goldenFolder("tiny"), fullTargets());
    const MemoryDataset data = samplesOf(2, 24);
    TrainOptions options;
    options.targets = fullTargets();
    std::stop_source stop;
    stop.request_stop();
    const auto seconds =
        measureStepSeconds(model.config, *model.weights, options, data,
                           epochShape(data, options.batches), Backend::Cpu, 1, stop.get_token());
    ASSERT_FALSE(seconds.has_value());
    EXPECT_EQ(seconds.error().code, ErrorCode::Cancelled);
}

TEST(EpochShape, FindsTheLargestAndTheUsualBatch) {
    MemoryDataset data;
    for (const int length : {10, 20, 60}) {
        TrainingSample sample;
        sample.ids.assign(static_cast<std::size_t>(length), 1);
        sample.labels = sample.ids;
        data.add(std::move(sample));
    }
    data.add({.ids = {1, 2}, .labels = {kNotTrained, kNotTrained}});  // nothing to learn: left out
    const EpochShape shape = epochShape(data, {.batchSamples = 1, .accumulation = 2});
    EXPECT_EQ(shape.largest.tokens, 60);
    EXPECT_EQ(shape.largest.labels, 59);
    EXPECT_DOUBLE_EQ(shape.meanTokens, 30);
    EXPECT_DOUBLE_EQ(shape.batchesPerStep, 1.5);
    EXPECT_EQ(shape.longest, MicroBatch{2});
    EXPECT_EQ(shape.usual, MicroBatch{1});  // of 20 tokens
}

}  // namespace
}  // namespace dsm::test
