// A model on the emulated GPU with the kernels themselves.
#include <cublas_v2.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "engine/quantize/convert.h"
#include "tests/support/golden.h"
#include "tests/support/scoped_variable.h"
#include "tests/support/simt/runtime.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

std::vector<float> logitsOf(const std::filesystem::path& folder, const char* backend,
                            std::optional<std::int64_t> gpuLayers,
                            std::span<const std::int32_t> ids) {
    auto model = Model::load({.folder = folder,
                              .backend = backend,
                              .threads = 2,
                              .kv = KvType::F32,
                              .gpuLayers = gpuLayers},
                             {}, {});
    if (!model) {
        ADD_FAILURE() << model.error().message;
        return {};
    }
    return test::allLogits(**model, ids);
}

void expectNear(const std::vector<float>& actual, const std::vector<float>& expected,
                float tolerance) {
    ASSERT_EQ(actual.size(), expected.size());
    float largest = 0;
    for (const float value : expected)
        largest = std::max(largest, std::abs(value));
    for (std::size_t i = 0; i < expected.size(); ++i)
        ASSERT_NEAR(actual[i], expected[i], tolerance * largest) << "logit " << i;
}

TEST(GpuKernels, GiveTheLogitsOfPyTorch) {
    for (const char* name : {"tiny", "tiny_gqa"}) {
        simt::setMachine();
        const test::Golden golden({std::string(name) + "/golden.safetensors"});
        const auto ids = golden.integers("input_ids");
        const auto actual = logitsOf(test::goldenFolder(name), "cuda", std::nullopt, ids);
        expectNear(actual, golden.floats("logits"), 1e-4F);
        EXPECT_GT(simt::counts().launches, 0);
    }
}

TEST(GpuKernels, GiveTheLogitsOfPyTorchWithExpertsOnTheHost) {
    simt::setMachine();
    const test::Golden golden({"tiny/golden.safetensors"});
    const auto ids = golden.integers("input_ids");
    expectNear(logitsOf(test::goldenFolder("tiny"), "cuda", 0, ids), golden.floats("logits"),
               1e-4F);
}

void setMachineWithCublas() {
    simt::Machine machine;
    machine.hasCublas = true;
    simt::setMachine(machine);
}

TEST(GpuKernels, GiveTheLogitsOfPyTorchWhoeverMultipliesDenseProducts) {
    const test::Golden golden({"tiny/golden.safetensors"});
    const auto ids = golden.integers("input_ids");
    ASSERT_GT(ids.size(), 8U) << "a prompt of many tokens";
    for (const char* choice : {"own", "cublas"}) {
        SCOPED_TRACE(choice);
        setMachineWithCublas();
        const test::ScopedVariable variable("DSM_CUDA_DENSE", choice);
        expectNear(logitsOf(test::goldenFolder("tiny"), "cuda", std::nullopt, ids),
                   golden.floats("logits"), 1e-4F);
        EXPECT_EQ(simt::cublasProducts() > 0, std::string_view(choice) == "cublas");
    }
}

// By the emulation's clock, which goes on with each launch, our own kernels win.
TEST(GpuKernels, MeasureDenseProductsAtTheLoadAndAllocateNothingLater) {
    const test::Golden golden({"tiny/golden.safetensors"});
    const auto ids = golden.integers("input_ids");
    setMachineWithCublas();
    auto model = Model::load({.folder = test::goldenFolder("tiny"),
                              .backend = "cuda",
                              .threads = 2,
                              .contextLimit = static_cast<std::int64_t>(ids.size()),
                              .kv = KvType::F32},
                             {}, {});
    ASSERT_TRUE(model.has_value()) << model.error().message;
    const std::int64_t measured = simt::cublasProducts();
    EXPECT_GT(measured, 0);
    const auto times = (*model)->gpu()->denseTimes();
    ASSERT_FALSE(times.empty());
    for (const DenseTime& time : times) {
        EXPECT_LE(time.tokens, static_cast<std::int64_t>(ids.size()));
        EXPECT_FALSE(time.cublasWins());
    }
    const auto loaded = simt::counts();
    expectNear(test::allLogits(**model, ids), golden.floats("logits"), 1e-4F);
    EXPECT_EQ(simt::counts().allocatedBytes, loaded.allocatedBytes);
    EXPECT_EQ(simt::cublasProducts(), measured);
}

TEST(GpuKernels, RefuseToBeDoneByACublasThatIsMissing) {
    simt::setMachine();
    const test::ScopedVariable variable("DSM_CUDA_DENSE", "cublas");
    const auto model = Model::load(
        {.folder = test::goldenFolder("tiny"), .backend = "cuda", .threads = 1}, {}, {});
    ASSERT_FALSE(model.has_value());
    EXPECT_EQ(model.error().message,
              "DSM_CUDA_DENSE asks for cuBLAS: The emulated machine has no cuBLAS.");
}

TEST(GpuKernels, DecodeByReplayAsPyTorchDoes) {
    simt::setMachine();
    auto model = Model::load({.folder = test::goldenFolder("tiny"),
                              .backend = "cuda",
                              .threads = 2,
                              .contextLimit = 64,
                              .kv = KvType::F32},
                             {}, {});
    ASSERT_TRUE(model.has_value()) << model.error().message;
    const test::GoldenGreedy golden = test::goldenGreedy("tiny");
    auto next = golden.cases[0].prompt;
    std::vector<std::int32_t> continuation;
    while (continuation.size() < 6) {
        const auto logits = (*model)->read(next, {});
        ASSERT_TRUE(logits.has_value());
        const auto best =
            std::max_element(logits->begin(), logits->begin() + golden.sampledVocabulary);
        next = {static_cast<std::int32_t>(best - logits->begin())};
        continuation.push_back(next.front());
    }
    auto expected = golden.cases[0].continuation;
    expected.resize(6);
    EXPECT_EQ(continuation, expected);
    EXPECT_EQ(simt::counts().graphLaunches, 5);
}

// Nested scales of NF4 stay nested; Q4 differs by the rounding of inputs that lie on the
// border of two levels.
TEST(GpuKernels, GiveTheReferencesLogitsWithPackedWeights) {
    const auto ids = test::Golden({"tiny/golden.safetensors"}).integers("input_ids");
    const auto some = std::span(ids).first(6);
    for (const auto& [preset, tolerance] :
         {std::pair{Preset::Nf4Double, 1e-4F}, {Preset::Q4, 2e-2F}}) {
        SCOPED_TRACE(name(preset));
        simt::setMachine();
        const TemporaryFolder folder;
        ASSERT_TRUE(convertCheckpoint({.source = test::goldenFolder("tiny"),
                                       .preset = preset,
                                       .out = folder.path() / "packed"},
                                      {}, {})
                        .has_value());
        expectNear(logitsOf(folder.path() / "packed", "cuda", std::nullopt, some),
                   logitsOf(folder.path() / "packed", "reference", std::nullopt, some), tolerance);
    }
}

}  // namespace
}  // namespace dsm
