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

// Batches of so many of them.
PassBounds boundsOf(std::int64_t samples) {
    return {ofLength1024(samples), ofLength1024(1)};
}

constexpr std::uint64_t kComputer = std::uint64_t{64} << 30;

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
                        optionsOf(recipe), boundsOf(recipe.samples), kComputer);
        ASSERT_TRUE(fits.has_value()) << recipe.name << ": " << fits.error().message;
        EXPECT_EQ(fits->pass.samples, recipe.samples) << recipe.name << ": in one piece";
        EXPECT_FALSE(fits->momentsOnHost) << recipe.name;
    }
}

// And no such training in much less: the plan counts what is there.
TEST(GpuFit, RefusesTheSameOnSmallerGpusAndSaysWhatWouldFit) {
    const ModelConfig config = publishedConfig();
    const std::vector<std::string> layers{"With gpu_layers: fit"},
        fewBits{"the model in 4 bits (preset nf4-double)", "With gpu_layers: fit"};
    const std::vector<std::string> several{"It fits with all of this: the model in 4 bits",
                                           "rank 8 on the maps of attention alone",
                                           "With gpu_layers: fit"};
    const std::vector<std::vector<std::string>> expected{layers, layers, several, fewBits, fewBits};
    for (std::size_t i = 0; i < recipes().size(); ++i) {
        const Recipe& recipe = recipes()[i];
        const std::uint64_t less = recipe.preset == Preset::Bf16 ? 32 : 8;
        const auto refused = checkGpuFit(gpuOf(less), config, weightsOf(config, recipe.preset),
                                         optionsOf(recipe), boundsOf(recipe.samples), kComputer);
        ASSERT_FALSE(refused.has_value()) << recipe.name;
        EXPECT_EQ(refused.error().code, ErrorCode::OutOfMemory);
        for (const std::string words : {"for weights", "for activations", "of it free"})
            EXPECT_NE(refused.error().message.find(words), std::string::npos)
                << refused.error().message;
        for (const std::string& words : expected[i])
            EXPECT_NE(refused.error().message.find(words), std::string::npos)
                << refused.error().message;
    }
}

// The effective batch stays, whatever of it is computed at once.
TEST(GpuFit, FindsTheLargestPieceOfABatch) {
    const ModelConfig config = publishedConfig();
    const Recipe& recipe = recipes()[0];
    const TrainOptions options = optionsOf(recipe);
    const DeviceWeightSizes weights = weightsOf(config, recipe.preset);
    constexpr std::pair<std::uint64_t, std::int64_t> kTable[] = {
        {16, 8}, {24, 19}, {48, 53}, {80, 99}};
    for (const auto& [gibibytes, samples] : kTable) {
        const DeviceMemory memory = gpuOf(gibibytes);
        const auto fits = checkGpuFit(memory, config, weights, options, boundsOf(128), kComputer);
        ASSERT_TRUE(fits.has_value()) << fits.error().message;
        EXPECT_EQ(fits->pass.tokens / 1024, samples) << gibibytes;
        EXPECT_EQ(fits->pass.tokens % 64, 0);
        EXPECT_FALSE(fits->momentsOnHost);
        const auto isHeld = [&](std::int64_t tokens) {
            return memoryOnGpu(config, weights, options, ofLength1024(128).cutTo(tokens))
                           .totalBytes() +
                       gpuReserve(memory) <=
                   memory.freeBytes;
        };
        EXPECT_TRUE(isHeld(fits->pass.tokens));
        EXPECT_FALSE(isHeld(fits->pass.tokens + 64));
        TrainOptions set = options;
        fits->applyTo(set);
        EXPECT_EQ(set.batches.pieceTokens, fits->pass.tokens);
        EXPECT_EQ(
            checkGpuFit(memory, config, weights, options, boundsOf(3), kComputer)->pass.samples, 3)
            << "all of it, and no more";
    }
    EXPECT_FALSE(checkGpuFit(gpuOf(6), config, weights, options, boundsOf(3), kComputer));
}

// Where one sample is too much.
TEST(GpuFit, NamesTheSettingsThatWouldFit) {
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
    // What the numbers that learn and their moments leave, and no room to pin anything.
    DeviceMemory between = gpuOf(32);
    between.freeBytes = (wide.totalBytes() + packed.totalBytes()) / 2 + gpuReserve(between);
    const auto refusalOf = [&](const TrainOptions& options, std::uint64_t computer) {
        const auto fits = checkGpuFit(between, config, weights, options, boundsOf(16), computer);
        return fits ? std::string() : fits.error().message;
    };
    const std::uint64_t computer = wide.hostValueBytes + wide.optimizerBytes / 2;
    const std::string refused = refusalOf(optionsOf(recipe), computer);
    EXPECT_NE(refused.find("optimizer: adamw_8bit"), std::string::npos) << refused;
    EXPECT_NE(refused.find("rank 8 on the maps of attention alone"), std::string::npos) << refused;
    EXPECT_EQ(refused.find("max_length"), std::string::npos) << refused;
    EXPECT_EQ(refused.find("Choose fewer"), std::string::npos) << refused;

    // Activations that are kept, of one long sample.
    between.freeBytes = wide.totalBytes() + gpuReserve(between) + (1 << 20);
    TrainOptions kept = optionsOf(recipe);
    kept.checkpointing = false;
    const std::string all = refusalOf(kept, computer);
    EXPECT_NE(all.find("checkpointing: true"), std::string::npos) << all;
    between.freeBytes -= wide.activationBytes / 4;
    const std::string shorter = refusalOf(optionsOf(recipe), computer);
    EXPECT_NE(shorter.find("at most 768 tokens (max_length)"), std::string::npos) << shorter;
}

// A GPU with room, beside a computer that has none for what a checkpoint is written from.
TEST(GpuFit, CountsWhatARunTakesOfTheComputer) {
    const ModelConfig config = publishedConfig();
    const Recipe& recipe = recipes()[2];
    const DeviceWeightSizes weights = weightsOf(config, recipe.preset);
    TrainOptions options = optionsOf(recipe);
    options.output = "somewhere";
    const TrainMemory planned = memoryOnGpu(config, weights, options, ofLength1024(16));
    EXPECT_EQ(planned.hostValueBytes, planned.trainedBytes);
    EXPECT_GE(planned.hostSaveBytes, planned.optimizerBytes);
    EXPECT_EQ(planned.besideBytes(), planned.hostValueBytes + planned.hostSaveBytes);
    const auto fitOf = [&](std::uint64_t computer) {
        return checkGpuFit(gpuOf(80), config, weights, options, boundsOf(16), computer);
    };
    EXPECT_TRUE(fitOf(planned.besideBytes()).has_value());
    const auto refused = fitOf(planned.besideBytes() - 1);
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().message.find("Beside the GPU it needs"), std::string::npos)
        << refused.error().message;
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
    memory.freeBytes = aside.totalBytes() + gpuReserve(memory);
    const auto fitOf = [&](std::uint64_t pinnable) {
        return checkGpuFit(memory, config, weights, optionsOf(recipe), boundsOf(4), 2 * pinnable);
    };
    ASSERT_TRUE(fitOf(aside.pinnedBytes).has_value());
    EXPECT_TRUE(fitOf(aside.pinnedBytes)->momentsOnHost);
    EXPECT_FALSE(fitOf(aside.pinnedBytes - 1).has_value()) << "the computer is full as well";
    memory.freeBytes += aside.pinnedBytes;
    ASSERT_TRUE(fitOf(aside.hostValueBytes).has_value());
    EXPECT_FALSE(fitOf(aside.pinnedBytes)->momentsOnHost) << "the GPU has room";
}

// A model in bfloat16 and a GPU of 24 GB: what has no room stays, and no layer more.
TEST(GpuFit, LeavesTheExpertsOfTheLastLayersToTheCpuWhereThatIsAllowed) {
    const ModelConfig config = publishedConfig();
    const Recipe& recipe = recipes()[3];
    const DeviceWeightSizes weights = weightsOf(config, recipe.preset);
    const DeviceMemory memory = gpuOf(24);
    TrainOptions options = optionsOf(recipe);
    const auto fitOf = [&](std::uint64_t computer) {
        return checkGpuFit(memory, config, weights, options, boundsOf(1), computer);
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
