// Training on the emulated GPU as sanitizers are to see it: every operation and whole steps, small
// enough for them. Device memory lies between zones that they watch, shared memory begins as
// not-a-numbers, and threads run in any order.
#include <cuda_runtime.h>
#include <gtest/gtest.h>

#include <cmath>

#include "engine/train/trainer.h"
#include "engine/train/training_gpu.h"
#include "kernels/selftest/selftest.h"
#include "tests/engine/train/training_case.h"
#include "tests/support/simt/runtime.h"

namespace dsm::test {
namespace {

constexpr std::string_view kTrainOps[] = {"embedding",    "trainNorm", "linear",  "rotate",
                                          "attention",    "gated",     "combine", "router",
                                          "crossEntropy", "rows",      "adamW"};

TEST(GpuTrainingMemory, StaysInItsBoundsInEveryOperation) {
    constexpr std::int64_t kTokens[] = {0, 1, 5};
    simt::setMachine();
    std::vector<selftest::Subject> subjects = selftest::everySubject({}, 4 << 20);
    std::erase_if(subjects, [](const selftest::Subject& s) { return s.simd != nullptr; });
    ASSERT_EQ(subjects.size(), 1U);
    for (const std::string_view op : kTrainOps) {
        selftest::runSelftest(
            subjects,
            [](const selftest::SelftestRow& row) {
                EXPECT_TRUE(row.ok()) << selftest::selftestLine(row);
            },
            op, kTokens);
    }
}

// Each longer than the one before it by so many tokens.
MemoryDataset fewSamples(std::int32_t longer) {
    MemoryDataset data;
    for (std::int32_t i = 0; i < 4; ++i) {
        TrainingSample sample;
        for (std::int32_t t = 0; t < 3 + longer * i; ++t)
            sample.ids.push_back((7 * i + 13 * t) % 320);
        sample.labels = sample.ids;
        data.add(std::move(sample));
    }
    return data;
}

// Two steps of two samples each, or three of one whose passes are recorded and replayed.
struct Course {
    TrainTargets targets;
    OptimizerKind optimizer = OptimizerKind::AdamW;
    bool momentsOnHost = false;
    std::int64_t hostLayers = 0;
    bool isRecorded = false;
};

void train(const Course& course) {
    simt::setMachine();
    const std::filesystem::path folder = goldenFolder("tiny_gqa");
    const TrainableModel model = loadTrainable(folder, loraTargets({"q_proj"}, 1, 1));
    auto gpu = std::move(TrainingGpu::open(0, 1).value());
    auto weights = Weights::load(Checkpoint::open(folder).value(), model.config, {}, {});
    ASSERT_TRUE(gpu->place(std::move(*weights), {}, {}, course.hostLayers).has_value());
    TrainOptions options;
    options.targets = course.targets;
    options.optimizer = course.optimizer;
    options.momentsOnHost = course.momentsOnHost;
    options.hostLayers = course.hostLayers;
    options.batches = {.batchSamples = course.isRecorded ? 1 : 2, .accumulation = 1, .seed = 5};
    options.maxSteps = course.isRecorded ? 3 : 2;
    options.rate = 5e-3;
    const MemoryDataset data = fewSamples(course.isRecorded ? 0 : 2);
    auto trainer = Trainer::make(model.config, *model.weights, data, &data, options, Backend::Cuda,
                                 1, {}, gpu.get());
    ASSERT_TRUE(trainer.has_value()) << trainer.error().message;
    const auto outcome = (*trainer)->run(
        [](const TrainProgress& p) { EXPECT_TRUE(std::isfinite(p.loss) && p.gradNorm > 0); }, {});
    ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
    EXPECT_EQ(simt::counts().graphLaunches > 0, course.isRecorded);
}

TEST(GpuTrainingMemory, StaysInItsBoundsThroughStepsOfAnAdapter) {
    TrainTargets targets = loraTargets(allLinearTargets(), 3, 6);
    targets.lora.dropout = 0.2;
    targets.savedModules = {"lm_head"};
    train({.targets = targets, .optimizer = OptimizerKind::AdamW8, .momentsOnHost = true});
}

TEST(GpuTrainingMemory, StaysInItsBoundsThroughStepsOfAWholeModel) {
    train({.targets = fullTargets()});
}

TEST(GpuTrainingMemory, StaysInItsBoundsThroughRecordedPasses) {
    TrainTargets targets = loraTargets(attentionTargets(), 2, 4);
    targets.lora.dropout = 0.2;
    train({.targets = targets, .isRecorded = true});
}

TEST(GpuTrainingMemory, StaysInItsBoundsBesideExpertsOfTheHost) {
    train({.targets = loraTargets(allLinearTargets(), 2, 4), .hostLayers = 1});
}

}  // namespace
}  // namespace dsm::test
