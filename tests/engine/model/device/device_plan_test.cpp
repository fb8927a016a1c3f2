#include "engine/model/device/device_plan.h"

#include <gtest/gtest.h>

#include <ostream>

#include "engine/format/checkpoint.h"
#include "engine/model/pass/memory_plan.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

const ModelConfig kPublished = publishedConfig();

// A GPU as it is sold; the screen and the driver have taken 0.6 GB.
DeviceMemory gpuOf(std::uint64_t gigabytes) {
    return {.name = "The GPU",
            .totalBytes = gigabytes * 1'000'000'000,
            .freeBytes = gigabytes * 1'000'000'000 - 600'000'000};
}

DeviceWish usualWish() {
    return {.positions = 4096};
}

struct Case {
    Preset preset;
    std::uint64_t gigabytes;
    std::int64_t expertLayers;  // of 27
    std::int64_t microBatchTokens;
    std::uint64_t totalBytes;
};

void PrintTo(const Case& c, std::ostream* out) {
    *out << name(c.preset) << " on " << c.gigabytes << " GB";
}

class Published : public testing::TestWithParam<Case> {};

TEST_P(Published, GetsAsManyLayersOntoTheGpuAsFit) {
    const Case& c = GetParam();
    const DeviceWeightSizes sizes = deviceSizes(kPublished, c.preset);
    const auto plan = planDevice(kPublished, sizes, usualWish(), gpuOf(c.gigabytes));
    ASSERT_TRUE(plan.has_value()) << plan.error().message;
    EXPECT_EQ(plan->moeLayers, 27);
    EXPECT_EQ(plan->expertLayers, c.expertLayers);
    EXPECT_EQ(plan->holdsEverything(), c.expertLayers == 27);
    EXPECT_EQ(plan->microBatchTokens, c.microBatchTokens);
    EXPECT_EQ(plan->totalBytes(), c.totalBytes);
    EXPECT_EQ(plan->hostWeightBytes,
              static_cast<std::uint64_t>(27 - c.expertLayers) * sizes.expertBytes.front());
    // One layer more would eat into the reserve.
    const DeviceMemory memory = gpuOf(c.gigabytes);
    const std::uint64_t usable = memory.freeBytes - deviceReserve(memory);
    EXPECT_LE(plan->totalBytes(), usable);
    if (!plan->holdsEverything()) {
        EXPECT_GT(plan->totalBytes() + sizes.expertBytes.front(), usable);
    }
}

using enum Preset;

// Computed apart, from the sizes of the model and the layouts of the formats.
INSTANTIATE_TEST_SUITE_P(
    Table, Published,
    testing::Values(
        Case{Bf16, 8, 2, 2048, 6'356'005'696}, Case{Bf16, 12, 6, 2048, 10'785'190'720},
        Case{Bf16, 16, 9, 2048, 14'107'079'488}, Case{Bf16, 24, 16, 2048, 21'858'153'280},
        Case{Bf16, 48, 27, 2048, 34'038'412'096}, Case{Bf16, 80, 27, 2048, 34'038'412'096},
        Case{Q8, 8, 7, 2048, 6'924'571'456}, Case{Q8, 12, 14, 512, 10'809'944'896},
        Case{Q8, 16, 20, 2048, 14'571'836'224}, Case{Q8, 24, 27, 2048, 18'689'594'176},
        Case{Q8, 48, 27, 2048, 18'689'594'176}, Case{Q8, 80, 27, 2048, 18'689'594'176},
        Case{Q4, 8, 14, 512, 6'934'408'000}, Case{Q4, 12, 27, 512, 10'982'959'936},
        Case{Q4, 16, 27, 2048, 11'215'344'448}, Case{Q4, 24, 27, 2048, 11'215'344'448},
        Case{Q4, 48, 27, 2048, 11'215'344'448}, Case{Q4, 80, 27, 2048, 11'215'344'448},
        Case{Q4Small, 8, 16, 2048, 7'077'860'160}, Case{Q4Small, 12, 27, 2048, 10'503'557'952},
        Case{Q4Small, 16, 27, 2048, 10'503'557'952}, Case{Q4Small, 24, 27, 2048, 10'503'557'952},
        Case{Q4Small, 48, 27, 2048, 10'503'557'952}, Case{Q4Small, 80, 27, 2048, 10'503'557'952},
        Case{Nf4, 8, 15, 512, 7'136'979'776}, Case{Nf4, 12, 27, 512, 10'874'104'640},
        Case{Nf4, 16, 27, 2048, 11'106'489'152}, Case{Nf4, 24, 27, 2048, 11'106'489'152},
        Case{Nf4, 48, 27, 2048, 11'106'489'152}, Case{Nf4, 80, 27, 2048, 11'106'489'152},
        Case{Nf4Double, 8, 16, 512, 6'992'091'968}, Case{Nf4Double, 12, 27, 2048, 10'368'484'160},
        Case{Nf4Double, 16, 27, 2048, 10'368'484'160},
        Case{Nf4Double, 24, 27, 2048, 10'368'484'160},
        Case{Nf4Double, 48, 27, 2048, 10'368'484'160},
        Case{Nf4Double, 80, 27, 2048, 10'368'484'160}));

Result<DevicePlan> planBf16(const DeviceWish& wish, const DeviceMemory& memory) {
    return planDevice(kPublished, deviceSizes(kPublished, Bf16), wish, memory);
}

TEST(DevicePlan, TakesAsManyLayersAsAreAskedFor) {
    DeviceWish wish = usualWish();
    for (const std::int64_t layers : {0, 1, 9}) {
        wish.expertLayers = layers;
        const auto plan = planBf16(wish, gpuOf(16));
        ASSERT_TRUE(plan.has_value());
        EXPECT_EQ(plan->expertLayers, layers);
    }
    wish.expertLayers = 1000;  // more than there are
    const auto all = planBf16(wish, gpuOf(48));
    ASSERT_TRUE(all.has_value());
    EXPECT_EQ(all->expertLayers, 27);
}

TEST(DevicePlan, RefusesMoreLayersThanFitAndSaysHowManyDo) {
    DeviceWish wish = usualWish();
    wish.expertLayers = 12;
    const auto plan = planBf16(wish, gpuOf(16));
    ASSERT_FALSE(plan.has_value());
    EXPECT_EQ(plan.error().code, ErrorCode::OutOfMemory);
    EXPECT_EQ(
        plan.error().message,
        "The routed experts of 12 layers on the GPU, with all else that belongs there, need "
        "17.2 GB (16.1 GB for weights, 940 MB for a context of 4096 tokens, 115 MB to compute "
        "in) of GPU memory. The GPU has 16.0 GB, 15.4 GB of it free, and 500 MB are kept in "
        "reserve. Ask for at most 9 layers (--gpu-layers).");
}

TEST(DevicePlan, RefusesAGpuThatCannotEvenHoldTheRest) {
    const auto plan = planBf16(usualWish(), gpuOf(4));
    ASSERT_FALSE(plan.has_value());
    EXPECT_EQ(plan.error().code, ErrorCode::OutOfMemory);
    EXPECT_NE(plan.error().message.find("Even with all routed experts left to the CPU"),
              std::string::npos);
    EXPECT_NE(plan.error().message.find("4.0 GB, 3.4 GB of it free"), std::string::npos);
    EXPECT_NE(plan.error().message.find("--backend cpu"), std::string::npos);
}

TEST(DevicePlan, CountsWhatIsFreeAndNotWhatIsThere) {
    DeviceMemory busy = gpuOf(48);
    busy.freeBytes = 10'000'000'000;
    const auto plan = planBf16(usualWish(), busy);
    ASSERT_TRUE(plan.has_value());
    EXPECT_LT(plan->expertLayers, 27);
    EXPECT_LE(plan->totalBytes(), busy.freeBytes - deviceReserve(busy));
    busy.freeBytes = 0;
    EXPECT_FALSE(planBf16(usualWish(), busy).has_value());
}

TEST(DevicePlan, KeepsAThirtySecondInReserveAndAtLeastAQuarterOfAGigabyte) {
    EXPECT_EQ(deviceReserve({.name = {}, .totalBytes = 4'000'000'000}), 256'000'000U);
    EXPECT_EQ(deviceReserve({.name = {}, .totalBytes = 80'000'000'000}), 2'500'000'000U);
}

TEST(DevicePlan, MakesRoomForALongerContextByLeavingLayersToTheCpu) {
    DeviceWish wish = usualWish();
    const auto usual = planBf16(wish, gpuOf(24));
    wish.positions = 16384;
    const auto longer = planBf16(wish, gpuOf(24));
    wish.kv = KvType::Q8;
    const auto halved = planBf16(wish, gpuOf(24));
    ASSERT_TRUE(usual && longer && halved);
    EXPECT_LT(longer->expertLayers, usual->expertLayers);
    EXPECT_GT(halved->expertLayers, longer->expertLayers);
}

TEST(DevicePlan, OfAShortContextComputesInPassesNoLongerThanIt) {
    DeviceWish wish = usualWish();
    wish.positions = 100;
    const auto plan = planBf16(wish, gpuOf(80));
    ASSERT_TRUE(plan.has_value());
    EXPECT_EQ(plan->microBatchTokens, 100);
    wish.microBatchTokens = 32;
    EXPECT_EQ(planBf16(wish, gpuOf(80))->microBatchTokens, 32);
}

// What a checkpoint is said to take is what its preset is: tiny is stored in bf16, tiny_gqa in
// float32.
TEST(DeviceSizes, OfLoadedWeightsAreThoseOfTheirPreset) {
    for (const auto& [name, times] : {std::pair{"tiny", 1U}, std::pair{"tiny_gqa", 2U}}) {
        const auto config = readConfig(test::goldenFolder(name));
        auto checkpoint = Checkpoint::open(test::goldenFolder(name));
        ASSERT_TRUE(config && checkpoint);
        const auto weights = Weights::load(std::move(*checkpoint), *config, {}, {});
        ASSERT_TRUE(weights.has_value());
        const DeviceWeightSizes loaded = deviceSizes(*weights);
        DeviceWeightSizes preset = deviceSizes(*config, Preset::Bf16);
        for (auto& bytes : preset.expertBytes)
            bytes *= times;
        EXPECT_EQ(loaded.expertBytes, preset.expertBytes) << name;
        EXPECT_EQ(loaded.expertBytes.size(), static_cast<std::size_t>(config->moeLayers()));
        EXPECT_GT(loaded.fixedBytes, 0U);
    }
}

}  // namespace
}  // namespace dsm
