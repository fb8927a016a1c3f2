// On a real GPU: whole models against what PyTorch computed. Skipped where there is none.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "engine/model/adapter/adapter_file.h"
#include "kernels/backend.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

class OnTheGpu : public testing::TestWithParam<const char*> {
  protected:
    void SetUp() override {
        const auto choice = chooseBackend("cuda");
        if (!choice) GTEST_SKIP() << choice.error().message;
    }
    static std::unique_ptr<Model> load(std::optional<std::int64_t> gpuLayers) {
        auto model = Model::load({.folder = test::goldenFolder(GetParam()),
                                  .backend = "cuda",
                                  .kv = KvType::F32,
                                  .gpuLayers = gpuLayers},
                                 {}, {});
        EXPECT_TRUE(model.has_value()) << model.error().message;
        return model ? std::move(*model) : nullptr;
    }
};

TEST_P(OnTheGpu, TheLogitsAreThoseOfPyTorchWhoeverComputesTheExperts) {
    const test::Golden golden({std::string(GetParam()) + "/golden.safetensors"});
    const std::vector<float> expected = golden.floats("logits");
    float largest = 0;
    for (const float value : expected)
        largest = std::max(largest, std::abs(value));
    for (const std::int64_t layers : {0, 1, 1000}) {
        const auto model = load(layers);
        ASSERT_NE(model, nullptr);
        const std::vector<float> actual = test::allLogits(*model, golden.integers("input_ids"));
        ASSERT_EQ(actual.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i)
            ASSERT_NEAR(actual[i], expected[i], 2e-3F * largest) << "logit " << i;
    }
}

TEST_P(OnTheGpu, TwoRunsGiveTheSameBits) {
    const test::Golden golden({std::string(GetParam()) + "/golden.safetensors"});
    const auto one = load(std::nullopt);
    const auto other = load(std::nullopt);
    ASSERT_TRUE(one && other);
    const auto ids = golden.integers("input_ids");
    EXPECT_EQ(test::allLogits(*one, ids), test::allLogits(*other, ids));
}

class TinyOnTheGpu : public OnTheGpu {};

TEST_P(TinyOnTheGpu, AdaptersGiveTheLogitsOfPeftAndAreTakenOffWithoutATrace) {
    const auto ids = test::Golden({"tiny/golden.safetensors"}).integers("input_ids");
    const test::Golden golden({"adapter/golden.safetensors"});
    for (const std::int64_t layers : {0, 1, 1000}) {
        const auto model = load(layers);
        ASSERT_NE(model, nullptr);
        const std::vector<float> base = test::allLogits(*model, ids);
        for (const char* name : {"patterns", "saved"}) {
            auto adapter = readAdapter(test::goldenFolder("adapter") / name, model->config());
            ASSERT_TRUE(adapter.has_value()) << adapter.error().message;
            const auto used =
                model->useAdapter(std::make_shared<const LoraAdapter>(std::move(*adapter)), 1);
            ASSERT_TRUE(used.has_value()) << used.error().message;
            const std::vector<float> expected = golden.floats(std::string(name) + ".logits");
            const std::vector<float> actual = test::allLogits(*model, ids);
            ASSERT_EQ(actual.size(), expected.size());
            float largest = 0;
            for (const float value : expected)
                largest = std::max(largest, std::abs(value));
            for (std::size_t i = 0; i < expected.size(); ++i)
                ASSERT_NEAR(actual[i], expected[i], 2e-3F * largest) << name << ", logit " << i;
        }
        ASSERT_TRUE(model->useAdapter(nullptr, 1).has_value());
        EXPECT_EQ(test::allLogits(*model, ids), base);
    }
}

INSTANTIATE_TEST_SUITE_P(Golden, OnTheGpu, testing::Values("tiny", "tiny_gqa"));
INSTANTIATE_TEST_SUITE_P(Golden, TinyOnTheGpu, testing::Values("tiny"));

}  // namespace
}  // namespace dsm
