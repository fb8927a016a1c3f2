// Whole generations on the emulated GPU, whose operations are the reference's loops here: the GPU
// chooses the tokens, one ahead of the host, and writes what the reference writes.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/generate/language_model.h"
#include "tests/support/damaged_model.h"
#include "tests/support/host_gpu_ops.h"
#include "tests/support/simt/runtime.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

std::unique_ptr<LanguageModel> load(const char* backend, std::int64_t contextLimit = 0,
                                    std::optional<std::int64_t> gpuLayers = std::nullopt) {
    auto model = LanguageModel::load({.folder = test::goldenFolder("tiny"),
                                      .backend = backend,
                                      .threads = 2,
                                      .contextLimit = contextLimit,
                                      .kv = KvType::F32,
                                      .gpuLayers = gpuLayers},
                                     {}, {});
    if (!model) {
        ADD_FAILURE() << model.error().message;
        return nullptr;
    }
    return std::move(*model);
}

GenerationSettings settingsOf(const SampleSettings& sampling, std::int64_t maximumTokens) {
    return {.sampling = sampling, .maximumTokens = maximumTokens, .stopStrings = {}};
}
constexpr SampleSettings kGreedy{.temperature = 0};

void setLazy(bool isLazy) {
    simt::Machine machine;
    machine.isLazy = isLazy;
    simt::setMachine(machine);
}

void expectSame(const Result<Generation>& actual, const Result<Generation>& expected) {
    ASSERT_TRUE(actual.has_value()) << actual.error().message;
    ASSERT_TRUE(expected.has_value());
    EXPECT_EQ(actual->ids, expected->ids);
    EXPECT_EQ(actual->text, expected->text);
    EXPECT_EQ(actual->reason, expected->reason);
}

TEST(GpuGeneration, WritesWhatTheHostWritesWithEveryKindOfSettings) {
    const auto host = load("reference");
    const auto prompt = host->encodeText("Hi there");
    for (const bool isLazy : {false, true}) {
        setLazy(isLazy);
        const auto gpu = load("cuda");
        for (const SampleSettings& sampling :
             {kGreedy, SampleSettings{.temperature = 1, .topP = 1, .seed = 1},
              SampleSettings{.temperature = 0.8F, .topP = 0.9F, .seed = 2},
              SampleSettings{.temperature = 1.5F, .topK = 12, .topP = 0.95F, .seed = 3},
              SampleSettings{.temperature = 2, .topP = 1, .minP = 0.05F, .seed = 4},
              SampleSettings{.temperature = 0, .repetitionPenalty = 1.5F},
              SampleSettings{.temperature = 1,
              .topP = 1,
              .repetitionPenalty = 1.2F,
              .presencePenalty = 0.5F,
              .frequencyPenalty = 0.25F,
              .seed = 5}}) {
            SCOPED_TRACE("seed " + std::to_string(sampling.seed));
            const GenerationSettings settings = settingsOf(sampling, 30);
            const std::int64_t before = simt::counts().graphLaunches;
            expectSame(gpu->generate(prompt, settings, {}, {}),
                       host->generate(prompt, settings, {}, {}));
            // A replay for each token but the first, none beyond the last.
            EXPECT_LE(simt::counts().graphLaunches - before, 30);
            EXPECT_GT(simt::counts().graphLaunches - before, 0);
            EXPECT_EQ(gpu->contextUsed(), host->contextUsed());
        }
    }
}

TEST(GpuGeneration, NeverQueuesATokenBeyondTheMostThatAreWanted) {
    setLazy(false);
    const auto gpu = load("cuda");
    const auto prompt = gpu->encodeText("Hi there");
    const std::int64_t before = simt::counts().graphLaunches;
    ASSERT_EQ(gpu->generate(prompt, settingsOf(kGreedy, 12), {}, {})->ids.size(), 12U);
    EXPECT_EQ(simt::counts().graphLaunches - before, 11);
}

TEST(GpuGeneration, EndsBeforeAStopStringAndGoesOnAsIfItHadNotBeenAhead) {
    for (const bool isLazy : {false, true}) {
        setLazy(isLazy);
        const auto host = load("reference");
        const auto gpu = load("cuda");
        auto prompt = host->encodeText("Hi");
        const auto whole = host->generate(prompt, settingsOf(kGreedy, 40), {}, {});
        ASSERT_GT(whole->text.size(), 12U);
        GenerationSettings settings = settingsOf(kGreedy, 40);
        settings.stopStrings = {whole->text.substr(6, 3)};
        const auto expected = host->generate(prompt, settings, {}, {});
        EXPECT_EQ(expected->reason, StopReason::StopString);
        expectSame(gpu->generate(prompt, settings, {}, {}), expected);
        EXPECT_EQ(gpu->contextUsed(),
                  static_cast<std::int64_t>(prompt.size() + expected->ids.size()) - 1);
        // The next turn.
        host->generate(prompt, settings, {}, {});
        prompt.insert(prompt.end(), expected->ids.begin(), expected->ids.end());
        prompt.push_back(70);
        const auto next = gpu->generate(prompt, settingsOf(kGreedy, 10), {}, {});
        expectSame(next, host->generate(prompt, settingsOf(kGreedy, 10), {}, {}));
        EXPECT_EQ(next->statistics.reusedTokens, static_cast<std::int64_t>(prompt.size()) - 2);
    }
}

TEST(GpuGeneration, StopsWithinOneTokenAndWritesTheSameAgain) {
    for (const bool isLazy : {false, true}) {
        for (const std::optional<std::int64_t> layers : {std::optional<std::int64_t>(), {0}}) {
            setLazy(isLazy);
            const auto gpu = load("cuda", 0, layers);
            const auto prompt = gpu->encodeText("Hi");
            const SampleSettings sampling{.temperature = 1, .topP = 0.9F, .seed = 9};
            const auto whole = gpu->generate(prompt, settingsOf(sampling, 20), {}, {});
            ASSERT_TRUE(whole.has_value());
            ASSERT_GT(whole->ids.size(), 8U);
            std::stop_source stop;
            int tokens = 0;
            const auto cut = gpu->generate(
                prompt, settingsOf(sampling, 200),
                [&](std::string_view, TokenId id) {
                    if (id >= 0 && ++tokens == 5) stop.request_stop();
                },
                stop.get_token());
            ASSERT_TRUE(cut.has_value());
            EXPECT_EQ(cut->reason, StopReason::Cancelled);
            EXPECT_EQ(cut->ids, std::vector(whole->ids.begin(), whole->ids.begin() + 5));
            EXPECT_EQ(gpu->contextUsed(), static_cast<std::int64_t>(prompt.size()) + 4);
            const auto again = gpu->generate(prompt, settingsOf(sampling, 20), {}, {});
            EXPECT_EQ(again->ids, whole->ids);
        }
    }
}

TEST(GpuGeneration, StopsWhereTheContextEnds) {
    for (const bool isLazy : {false, true}) {
        setLazy(isLazy);
        const auto gpu = load("cuda", 16);
        const std::vector<TokenId> prompt(10, 65);
        const auto result = gpu->generate(prompt, settingsOf(kGreedy, 100), {}, {});
        ASSERT_TRUE(result.has_value());
        EXPECT_EQ(result->reason, StopReason::ContextFull);
        expectSame(result,
                   load("reference", 16)->generate(prompt, settingsOf(kGreedy, 100), {}, {}));
    }
}

TEST(GpuGeneration, ThatLosesItsGpuSaysSo) {
    for (const std::int64_t nth : {1, 2, 5, 9}) {
        setLazy(false);
        const auto gpu = load("cuda");
        const auto prompt = gpu->encodeText("Hi");
        int tokens = 0;
        const auto result = gpu->generate(prompt, settingsOf(kGreedy, 50),
                                          [&](std::string_view, TokenId) {
                                              if (++tokens == 4)
                                                  simt::failCall(nth, cudaErrorIllegalAddress);
                                          },
                                          {});
        ASSERT_FALSE(result.has_value()) << nth;
        EXPECT_EQ(result.error().code, ErrorCode::DeviceLost);
        EXPECT_TRUE(gpu->hasFailed());
        EXPECT_FALSE(gpu->generate(prompt, settingsOf(kGreedy, 5), {}, {}).has_value());
    }
}

TEST(GpuGeneration, AllocatesNothingPerTokenAndSleepsWhileItWaits) {
    setLazy(false);
    const auto gpu = load("cuda");
    const simt::Counts before = simt::counts();
    gpu->generate(gpu->encodeText("Hi"), settingsOf(kGreedy, 20), {}, {});
    EXPECT_EQ(simt::counts().liveAllocations, before.liveAllocations);
    EXPECT_EQ(simt::counts().livePinned, before.livePinned);
    EXPECT_EQ(simt::counts().liveObjects, before.liveObjects);
    EXPECT_EQ(simt::counts().spins, 0);
}

TEST(GpuGeneration, EndsWhereNumbersStopBeingFinite) {
    const TemporaryFolder folder;
    const auto damaged =
        test::damagedModel(folder, {"model.layers.2.self_attn.o_proj.weight", 5, 64});
    for (const std::optional<std::int64_t> layers : {std::optional<std::int64_t>(), {1}}) {
        setLazy(true);
        auto model = LanguageModel::load(
            {.folder = damaged, .backend = "cuda", .threads = 2, .gpuLayers = layers}, {}, {});
        ASSERT_TRUE(model.has_value()) << model.error().message;
        for (int round = 0; round < 2; ++round) {
            const auto reply = (*model)->generate((*model)->encodeText("Hi there"),
                                                  settingsOf(kGreedy, 9), {}, {});
            ASSERT_TRUE(reply.has_value()) << reply.error().message;
            EXPECT_EQ(reply->reason, StopReason::NotFinite);
            EXPECT_TRUE(reply->ids.empty());
            EXPECT_NE(reply->problem.find("the attention of layer 2, at token 1 "),
                      std::string::npos)
                << reply->problem;
        }
    }
}

// The GPU is a token ahead when it meets the damage.
TEST(GpuGeneration, KeepsWhatItWroteBeforeNumbersStoppedBeingFinite) {
    const auto sound = load("reference");
    const auto prompt = sound->encodeText("Hi there");
    const auto whole = sound->generate(prompt, settingsOf(kGreedy, 12), {}, {});
    ASSERT_TRUE(whole.has_value());
    std::size_t at = 2;  // a token that comes for the first time there
    while (std::count(whole->ids.begin(), whole->ids.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                      whole->ids[at]) > 1 ||
           std::count(prompt.begin(), prompt.end(), whole->ids[at]) > 0) {
        ASSERT_LT(++at, whole->ids.size());
    }
    const TemporaryFolder folder;
    const auto damaged =
        test::damagedModel(folder, {"model.embed_tokens.weight", whole->ids[at] * 64, 64});
    setLazy(true);
    auto model = LanguageModel::load(
        {.folder = damaged, .backend = "cuda", .threads = 2, .kv = KvType::F32}, {}, {});
    ASSERT_TRUE(model.has_value()) << model.error().message;
    const auto cut = (*model)->generate(prompt, settingsOf(kGreedy, 12), {}, {});
    ASSERT_TRUE(cut.has_value());
    EXPECT_EQ(cut->reason, StopReason::NotFinite);
    EXPECT_EQ(cut->ids.size(), at + 1);
    EXPECT_TRUE(std::equal(cut->ids.begin(), cut->ids.end(), whole->ids.begin()));
    EXPECT_NE(cut->problem.find("the embedding"), std::string::npos) << cut->problem;
}

}  // namespace
}  // namespace dsm
