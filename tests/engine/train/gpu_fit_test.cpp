// What of the 16B model is trained on which GPU, by the plan alone: its shapes and no weights.
#include "engine/train/gpu_fit.h"

#include <gtest/gtest.h>

#include "engine/train/estimate.h"
#include "tests/engine/train/training_case.h"

namespace dsm::test {
namespace {

// As the driver tells them: a little less than their name, and what it takes for itself.
DeviceMemory gpuOf(std::uint64_t gibibytes) {
    const std::uint64_t total = gibibytes << 30;
    return {.name = "GPU 0 (of " + std::to_string(gibibytes) + " GB)",
            .totalBytes = total - (total >> 6),
            .freeBytes = total - (total >> 6) - 500'000'000};
}

DeviceWeightSizes weightsOf(const ModelConfig& config, Preset preset) {
    return deviceSizes(config, preset);
}

// Samples of 1024 tokens, all of which are learned.
BatchShape ofLength1024(std::int64_t samples) {
    return {.tokens = 1024 * samples, .labels = 1023 * samples, .samples = samples};
}

struct Recipe {
    const char* name;
    std::uint64_t gibibytes;
    Preset preset;
    std::vector<std::string> targets;
    std::int64_t rank;
    OptimizerKind optimizer;
    std::int64_t samples;
};

TrainOptions optionsOf(const Recipe& recipe) {
    TrainOptions options;
    options.targets = loraTargets(recipe.targets, recipe.rank, 16);
    options.optimizer = recipe.optimizer;
    return options;
}

const std::vector<Recipe>& recipes() {
    static const std::vector<Recipe> all{
        {"QLoRA of attention and shared experts", 16, Preset::Nf4Double,
         attentionAndSharedTargets(), 16, OptimizerKind::AdamW, 1},
        {"QLoRA of all linear maps", 24, Preset::Nf4Double, allLinearTargets(), 8,
         OptimizerKind::AdamW8, 1},
        {"the authors' recipe", 80, Preset::Nf4Double, allLinearTargets(), 64, OptimizerKind::AdamW,
         16},
        {"LoRA in bfloat16", 48, Preset::Bf16, attentionAndSharedTargets(), 16,
         OptimizerKind::AdamW, 1},
        {"LoRA of all linear maps in bfloat16", 48, Preset::Bf16, allLinearTargets(), 8,
         OptimizerKind::AdamW, 1},
    };
    return all;
}

TEST(GpuFit, HoldsWhatThe16BModelIsTrainedWith) {
    const ModelConfig config = publishedConfig();
    for (const Recipe& recipe : recipes()) {
        const auto fits =
            checkGpuFit(gpuOf(recipe.gibibytes), config, weightsOf(config, recipe.preset),
                        optionsOf(recipe), ofLength1024(recipe.samples));
        EXPECT_TRUE(fits.has_value()) << recipe.name << ": " << fits.error().message;
    }
}

// And no such training in much less: the plan counts what is there.
TEST(GpuFit, RefusesTheSameOnSmallerGpusAndSaysWhatWouldFit) {
    const ModelConfig config = publishedConfig();
    for (const Recipe& recipe : recipes()) {
        const std::uint64_t less = recipe.preset == Preset::Bf16 ? 32 : 8;
        const auto refused = checkGpuFit(gpuOf(less), config, weightsOf(config, recipe.preset),
                                         optionsOf(recipe), ofLength1024(recipe.samples));
        ASSERT_FALSE(refused.has_value()) << recipe.name;
        EXPECT_EQ(refused.error().code, ErrorCode::OutOfMemory);
        for (const char* words : {"for weights", "for activations", "of it free", "fewer bits"})
            EXPECT_NE(refused.error().message.find(words), std::string::npos)
                << refused.error().message;
    }
}

TEST(GpuFit, FindsTheLargestMicroBatch) {
    const ModelConfig config = publishedConfig();
    const Recipe& recipe = recipes()[0];
    const TrainOptions options = optionsOf(recipe);
    const DeviceWeightSizes weights = weightsOf(config, recipe.preset);
    constexpr std::pair<std::uint64_t, std::int64_t> kTable[] = {
        {16, 8}, {24, 19}, {48, 53}, {80, 99}};
    for (const auto& [gibibytes, expected] : kTable) {
        const DeviceMemory memory = gpuOf(gibibytes);
        const std::int64_t samples =
            mostSamples(memory, config, weights, options, ofLength1024(1), 1000);
        EXPECT_EQ(samples, expected) << gibibytes;
        EXPECT_TRUE(
            checkGpuFit(memory, config, weights, options, ofLength1024(samples)).has_value());
        const auto refused =
            checkGpuFit(memory, config, weights, options, ofLength1024(samples + 1));
        ASSERT_FALSE(refused.has_value());
        EXPECT_NE(refused.error().message.find("With batch_size " + std::to_string(samples) + " "),
                  std::string::npos)
            << refused.error().message;
    }
    EXPECT_EQ(mostSamples(gpuOf(80), config, weights, options, ofLength1024(1), 3), 3);
    EXPECT_EQ(mostSamples(gpuOf(6), config, weights, options, ofLength1024(1), 3), 0);
}

// Where a micro-batch of one sample is too much, moments of 8 bits may be the way.
TEST(GpuFit, NamesMomentsOfEightBitsWhereTheyWouldFit) {
    const ModelConfig config = publishedConfig();
    Recipe recipe = recipes()[2];
    const DeviceWeightSizes weights = weightsOf(config, recipe.preset);
    const auto needed = [&](OptimizerKind kind) {
        recipe.optimizer = kind;
        return memoryOnGpu(config, weights, optionsOf(recipe), ofLength1024(1));
    };
    const TrainMemory wide = needed(OptimizerKind::AdamW);
    const TrainMemory packed = needed(OptimizerKind::AdamW8);
    const double share =
        static_cast<double>(packed.optimizerBytes) / static_cast<double>(wide.optimizerBytes);
    EXPECT_NEAR(share, 0.25, 0.01);  // and two scales for 256 numbers
    recipe.optimizer = OptimizerKind::AdamW;
    DeviceMemory between = gpuOf(32);
    between.freeBytes = (wide.totalBytes() + packed.totalBytes()) / 2 + deviceReserve(between) +
                        GpuWorkMemory::kOwnBytes;
    const auto refused = checkGpuFit(between, config, weights, optionsOf(recipe), ofLength1024(1));
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().message.find("adamw_8bit"), std::string::npos)
        << refused.error().message;
}

// Moments that do not fit beside all else are streamed from the computer's memory, where that has
// room for them.
TEST(GpuFit, LeavesTheMomentsToTheHostWhereTheGpuIsFull) {
    const ModelConfig config = publishedConfig();
    const Recipe& recipe = recipes()[2];
    const DeviceWeightSizes weights = weightsOf(config, recipe.preset);
    TrainOptions options = optionsOf(recipe);
    const BatchShape batch = ofLength1024(4);
    const TrainMemory beside = memoryOnGpu(config, weights, options, batch);
    EXPECT_EQ(beside.pinnedBytes, 0U);
    options.momentsOnHost = true;
    const TrainMemory aside = memoryOnGpu(config, weights, options, batch);
    EXPECT_EQ(aside.pinnedBytes, beside.optimizerBytes);
    EXPECT_EQ(aside.totalBytes() + aside.pinnedBytes, beside.totalBytes());

    DeviceMemory memory = gpuOf(48);
    memory.freeBytes = aside.totalBytes() + deviceReserve(memory) + GpuWorkMemory::kOwnBytes;
    const auto fitOf = [&](std::uint64_t pinnable) {
        return checkGpuFit(memory, config, weights, optionsOf(recipe), batch, 2 * pinnable);
    };
    ASSERT_TRUE(fitOf(aside.pinnedBytes).has_value());
    EXPECT_TRUE(fitOf(aside.pinnedBytes)->momentsOnHost);
    EXPECT_FALSE(fitOf(aside.pinnedBytes - 1).has_value()) << "the computer is full as well";
    memory.freeBytes += aside.pinnedBytes;
    ASSERT_TRUE(fitOf(0).has_value());
    EXPECT_FALSE(fitOf(aside.pinnedBytes)->momentsOnHost) << "the GPU has room";
}

// A model in bfloat16 and a GPU of 24 GB: what has no room stays, and no layer more.
TEST(GpuFit, LeavesTheExpertsOfTheLastLayersToTheCpuWhereThatIsAllowed) {
    const ModelConfig config = publishedConfig();
    const Recipe& recipe = recipes()[3];
    const DeviceWeightSizes weights = weightsOf(config, recipe.preset);
    const DeviceMemory memory = gpuOf(24);
    constexpr std::uint64_t kComputer = std::uint64_t{64} << 30;
    TrainOptions options = optionsOf(recipe);
    const auto fitOf = [&](std::uint64_t computer) {
        return checkGpuFit(memory, config, weights, options, ofLength1024(1), computer);
    };
    const auto refused = fitOf(kComputer);
    ASSERT_FALSE(refused.has_value()) << "nobody said that layers may stay";
    options.expertsMayStay = true;
    const auto fits = fitOf(kComputer);
    ASSERT_TRUE(fits.has_value()) << fits.error().message;
    EXPECT_EQ(fits->hostLayers, 9);
    EXPECT_NE(refused.error().message.find("gpu_layers: fit"), std::string::npos)
        << refused.error().message;
    EXPECT_NE(refused.error().message.find("(9 of 27)"), std::string::npos);

    fits->applyTo(options);
    const TrainMemory planned = memoryOnGpu(config, weights, options, ofLength1024(1));
    EXPECT_LE(planned.totalBytes() + gpuReserve(memory), memory.freeBytes);
    const TrainMemory whole = memoryOnGpu(config, weights, optionsOf(recipe), ofLength1024(1));
    EXPECT_EQ(planned.weightBytes + planned.hostWeightBytes, whole.weightBytes);
    EXPECT_GT(planned.hostWorkBytes, 0U);
    TrainOptions less = options;
    less.hostLayers -= 1;
    EXPECT_GT(memoryOnGpu(config, weights, less, ofLength1024(1)).totalBytes() + gpuReserve(memory),
              memory.freeBytes);
    options.leastHostLayers = 12;
    EXPECT_EQ(fitOf(kComputer)->hostLayers, 12) << "asked for, although there is room for more";
    options.leastHostLayers = 0;
    EXPECT_FALSE(fitOf(planned.besideBytes() - 1).has_value()) << "the computer is full as well";
    EXPECT_TRUE(fitOf(planned.besideBytes()).has_value());
}

}  // namespace
}  // namespace dsm::test
