#include "engine/train/estimate.h"

#include <algorithm>

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
                SCOPED_TRACE(std::string(folder) + ", " + std::to_string(targets.targets.size()) +
                             " targets" + (checkpointing ? ", checkpointing" : ""));
                TrainableModel model = loadTrainable(goldenFolder(folder), targets);
                const MemoryDataset data = samplesOf(4, 64);
                TrainOptions options;
                options.targets = targets;
                options.batches = {.batchSamples = 4};
                options.maxSteps = 1;
                options.checkpointing = checkpointing;
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
    const double lora = usefulOperations(config, options, batch, 1);
    // Forth and back through 2.8 billion active parameters, two operations each.
    EXPECT_NEAR(lora, 2 * 2.0 * 1024 * 2.8e9, 0.2 * lora);
    options.targets = fullTargets();
    EXPECT_NEAR(usefulOperations(config, options, batch, 1) / lora, 1.5, 0.05);
    EXPECT_NEAR(usefulOperations(config, options, batch, 3),
                3 * usefulOperations(config, options, batch, 1), 1);
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

TEST(Estimate, MeasuresEveryRate) {
    const auto config = readConfig(goldenFolder("tiny"));
    ThreadPool pool(1);
    TrainOptions options;
    options.targets = loraTargets(allLinearTargets(), 2, 8);
    for (const DType type : {DType::BF16, DType::Q8, DType::NF4}) {
        const BatchShape batch{.tokens = 64, .labels = 32, .samples = 2};
        const TrainCosts rates = measureTrainRates(*config, options, batch, type, pool);
        EXPECT_TRUE(std::all_of(rates.begin(), rates.end(), [](double r) { return r > 0; }));
        EXPECT_GT(trainSeconds(trainWork(*config, options, batch, 2), rates), 0);
    }
}

}  // namespace
}  // namespace dsm::test
