// Who picks the tokens makes no difference: the host and the GPU over the logits of the same
// kernels, on the emulated GPU.
#include "engine/generate/token_picker.h"

#include <gtest/gtest.h>

#include "tests/support/simt/runtime.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

constexpr std::int64_t kTokens = 6;

std::unique_ptr<Model> loadOnGpu(std::optional<std::int64_t> gpuLayers) {
    auto model = Model::load({.folder = test::goldenFolder("tiny"),
                              .backend = "cuda",
                              .threads = 2,
                              .contextLimit = 64,
                              .kv = KvType::BF16,
                              .gpuLayers = gpuLayers,
                              .sampledVocab = 200},
                             {}, {});
    EXPECT_TRUE(model.has_value()) << model.error().message;
    return model ? std::move(*model) : nullptr;
}

std::vector<TokenId> pick(Model& model, const SampleSettings& sampling) {
    const std::vector<TokenId> prompt{72, 105, 32, 116};
    model.rewind(0);
    const auto logits = model.read(prompt, {});
    EXPECT_TRUE(logits.has_value());
    const auto picker = pickTokens(
        model, {.sampling = sampling, .prompt = prompt, .vocabSize = 200, .maximumTokens = kTokens},
        *logits);
    std::vector<TokenId> ids;
    for (std::int64_t i = 0; i < kTokens; ++i)
        ids.push_back(picker->next({}).value_or(-1));
    return ids;
}

TEST(TokenPicker, PicksTheSameOnTheGpuAsOnTheHost) {
    for (const std::optional<std::int64_t> layers : {std::optional<std::int64_t>(), {1}}) {
        simt::setMachine();
        const auto model = loadOnGpu(layers);
        ASSERT_NE(model, nullptr);
        for (const SampleSettings& sampling :
             {SampleSettings{.temperature = 0},
              SampleSettings{.temperature = 1.3F, .topK = 60, .topP = 0.95F, .seed = 4},
              SampleSettings{.temperature = 2,
              .topP = 1,
              .minP = 0.02F,
              .repetitionPenalty = 1.3F,
              .frequencyPenalty = 0.3F,
              .seed = 5}}) {
            EXPECT_TRUE(model->choosesTokens());
            const auto onGpu = pick(*model, sampling);
            EXPECT_EQ(model->cache().size(), 4 + kTokens - 1);
            const OpTable same = opTable(Backend::Cuda);
            model->useOps(same);
            EXPECT_FALSE(model->choosesTokens());
            EXPECT_EQ(onGpu, pick(*model, sampling));
            EXPECT_EQ(model->cache().size(), 4 + kTokens - 1);
            model->useOps(opTable(Backend::Cuda));
        }
    }
}

// What bench reports as launches per token.
TEST(TokenPicker, CountsTheLaunchesOfATokenAsTheMachineSeesThem) {
    simt::setMachine();
    const auto model = loadOnGpu(std::nullopt);
    ASSERT_NE(model, nullptr);
    pick(*model, {.temperature = 0});
    const std::int64_t before = simt::counts().launches;
    model->read(std::vector<TokenId>{65}, {});
    // The host reads these logits: no choice is launched.
    EXPECT_EQ(model->gpu()->launchesPerToken(), simt::counts().launches - before + 1);
    // Six a layer; embedding, head and choice.
    EXPECT_EQ(model->gpu()->launchesPerToken(), 6 * model->config().layers + 3);
}

}  // namespace
}  // namespace dsm
