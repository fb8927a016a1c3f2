// Layers whose experts the host computes beside the emulated GPU: the numbers of a model that trains on one
// of them alone.
//
// Products of the GPU round their operands to bfloat16, those of the host do not: how far that takes
// gradients is derived in kernels/ops/train/README.md.
#include <cuda_runtime.h>

#include "engine/train/gpu_fit.h"
#include "engine/train/step_time.h"
#include "engine/train/trainer.h"
#include "engine/train/training_gpu.h"
#include "tests/engine/train/golden_training.h"
#include "tests/support/simt/runtime.h"
#include "tests/support/temporary_folder.h"

namespace dsm::test {
namespace {

double toleranceOfGradients(const ModelConfig& config) {
    return std::sqrt(12.0 * static_cast<double>(config.layers) + 4) * kBf16Products;
}

std::unique_ptr<TrainingGpu> gpuWith(const std::string& folder, const ModelConfig& config,
                                     std::int64_t hostLayers) {
    auto gpu = TrainingGpu::open(0, 1);
    auto weights = Weights::load(Checkpoint::open(goldenFolder(folder)).value(), config, {}, {});
    if (!gpu || !weights || !(*gpu)->place(std::move(*weights), {}, {}, hostLayers)) {
        ADD_FAILURE() << "no GPU";
        return nullptr;
    }
    return std::move(*gpu);
}

// Of four samples, where the host has the experts of so many layers; of a pass with dropout.
std::vector<float> gradientsOf(const GoldenCase& c, std::int64_t hostLayers, bool checkpointing) {
    const TrainableModel model = loadTrainable(goldenFolder(c.folder), c.targets);
    setGoldenStart(c, *model.trained);
    const auto gpu = gpuWith(c.folder, model.config, hostLayers);
    Grown<float> values(gpu->memory()), gradients(gpu->memory());
    values.put(model.trained->values());
    gradients.shaped(1, model.trained->count());
    model.trained->computeWith(gpu->weights(), values.span());
    // What the host had is not what is computed with.
    std::fill(model.trained->values().begin(), model.trained->values().end(), 0.0F);
    ThreadPool pool{1};
    TrainingPass<float> pass(
        model.config, *model.trained, trainOps(Backend::Cuda), pool,
        {.checkpointing = checkpointing, .positions = 16, .dropout = 0.2, .hostLayers = hostLayers},
        gpu->memory());
    const auto samples = goldenSamples(c.folder);
    const TokenBatch batch = batchOf(std::span(samples).first(kBatch));
    PassScale scale = scaleOf(batch.labels(), kBatch);
    scale.dropoutSeed = 9;
    EXPECT_TRUE(pass.run(batch, scale, gradients.span()).has_value());
    return gradients.got();
}

std::vector<float> gradientsOfCpu(const GoldenCase& c) {
    const TrainableModel model = loadTrainable(goldenFolder(c.folder), c.targets);
    setGoldenStart(c, *model.trained);
    std::vector<float> gradients(static_cast<std::size_t>(model.trained->count()));
    ThreadPool pool{1};
    TrainingPass<float> pass(model.config, *model.trained, trainOps(Backend::Cpu), pool,
                             {.positions = 16, .dropout = 0.2});
    const auto samples = goldenSamples(c.folder);
    const TokenBatch batch = batchOf(std::span(samples).first(kBatch));
    PassScale scale = scaleOf(batch.labels(), kBatch);
    scale.dropoutSeed = 9;
    EXPECT_TRUE(pass.run(batch, scale, gradients).has_value());
    return gradients;
}

double differenceOf(std::span<const float> a, std::span<const float> b) {
    std::vector<float> difference(a.size());
    std::transform(a.begin(), a.end(), b.begin(), difference.begin(), std::minus<>());
    return normOf(difference) / normOf(b);
}

class GpuHostLayers : public testing::Test {
  protected:
    void SetUp() override { simt::setMachine(); }
};

TEST_F(GpuHostLayers, GiveTheGradientsOfEitherAlone) {
    const std::vector<GoldenCase> cases = goldenCases();
    // The emulation takes its time: factors of two shapes of model, and whole weights of one.
    for (const GoldenCase& c : {cases[1], cases[4], cases[5]}) {
        SCOPED_TRACE(keyOf(c));
        const ModelConfig config = readConfig(goldenFolder(c.folder)).value();
        const std::vector<float> onCpu = gradientsOfCpu(c);
        const std::vector<float> onGpu = gradientsOf(c, 0, true);
        const double tolerance = toleranceOfGradients(config);
        for (std::int64_t layers = 1; layers <= config.moeLayers(); layers += 2) {
            const std::vector<float> shared = gradientsOf(c, layers, true);
            EXPECT_LE(differenceOf(shared, onCpu), tolerance) << layers;
            // Both round, and not the same.
            EXPECT_LE(differenceOf(shared, onGpu), std::sqrt(2.0) * tolerance) << layers;
            EXPECT_NE(shared, onGpu) << layers;
        }
    }
}

TEST_F(GpuHostLayers, GiveTheSameBitsWithActivationsKept) {
    const GoldenCase c = goldenCases()[1];
    EXPECT_EQ(gradientsOf(c, 2, false), gradientsOf(c, 2, true));
}

MemoryDataset fewSamples() {
    MemoryDataset data;
    for (std::int32_t i = 0; i < 6; ++i) {
        TrainingSample sample;
        for (std::int32_t t = 0; t < 4 + i; ++t)
            sample.ids.push_back((7 * i + 13 * t) % 320);
        sample.labels = sample.ids;
        data.add(std::move(sample));
    }
    return data;
}

// The trainer with the experts of two of three layers on the host.
class GpuHostLayersTrainer : public GpuHostLayers {
  protected:
    static constexpr std::int64_t kHostLayers = 2;

    TrainOptions options(const std::filesystem::path& output) const {
        TrainOptions o;
        o.targets = loraTargets(allLinearTargets(), 3, 6);
        o.targets.lora.dropout = 0.2;
        o.batches = {.batchSamples = 2, .accumulation = 2, .seed = 5};
        o.epochs = 2;
        o.rate = 5e-3;
        o.output = output;
        o.hostLayers = kHostLayers;
        return o;
    }
    std::unique_ptr<Trainer> make(const TrainOptions& o, TrainingGpu& gpu, int threads = 1) {
        auto trainer = Trainer::make(model_.config, *model_.weights, data_, &data_, o,
                                     Backend::Cuda, threads, {}, &gpu);
        if (!trainer) ADD_FAILURE() << trainer.error().message;
        return trainer ? std::move(*trainer) : nullptr;
    }
    std::unique_ptr<TrainingGpu> gpu() { return gpuWith("tiny", model_.config, kHostLayers); }
    static bool areEqual(std::span<const float> a, std::span<const float> b) {
        return std::equal(a.begin(), a.end(), b.begin(), b.end());
    }

    TrainableModel model_ = loadTrainable(goldenFolder("tiny"), loraTargets({"q_proj"}, 1, 1));
    MemoryDataset data_ = fewSamples();
    TemporaryFolder folder_;
};

TEST_F(GpuHostLayersTrainer, GoesOnAfterAStopAsIfThereHadBeenNone) {
    const auto first = gpu();
    const auto whole = make(options(folder_ / "whole"), *first);
    const auto expected = whole->run({}, {});
    ASSERT_TRUE(expected.has_value()) << expected.error().message;
    EXPECT_GT(expected->state.step, 2);

    // Later, in another order, and by more threads.
    simt::setMachine({.isLazy = true});
    simt::setSeed(2);
    const TrainOptions o = options(folder_ / "parts");
    const auto on = gpu();
    std::stop_source stop;
    {
        const auto part = make(o, *on, 3);
        const auto stopped = part->run(
            [&](const TrainProgress& p) {
                if (p.step == 1) stop.request_stop();
            },
            stop.get_token());
        ASSERT_FALSE(stopped.has_value());
    }
    const auto rest = make(o, *on);
    ASSERT_TRUE(rest->resume(newestCheckpoint(o.output).folder.value()).has_value());
    const auto ended = rest->run({}, {});
    ASSERT_TRUE(ended.has_value()) << ended.error().message;
    EXPECT_EQ(ended->state, expected->state);
    EXPECT_TRUE(areEqual(rest->trained().values(), whole->trained().values()));
}

TEST_F(GpuHostLayersTrainer, UsesTheMemoryThatWasEstimated) {
    for (const bool checkpointing : {true, false}) {
        TrainOptions o = options({});
        o.checkpointing = checkpointing;
        o.batches = {.batchSamples = 3, .accumulation = 1, .seed = 5};
        o.maxSteps = 1;
        const auto on = gpu();
        const auto trainer = make(o, *on);
        ASSERT_TRUE(trainer->run({}, {}).has_value());
        const TrainMemory counted = trainer->memory();
        const TrainMemory planned = memoryOnGpu(model_.config, deviceSizes(*model_.weights), o,
                                                epochShape(data_, o.batches).largest);
        EXPECT_EQ(planned.weightBytes, counted.weightBytes);
        EXPECT_EQ(planned.hostWeightBytes, counted.hostWeightBytes);
        for (const auto part : {&TrainMemory::activationBytes, &TrainMemory::hostWorkBytes}) {
            EXPECT_NEAR(static_cast<double>(planned.*part), static_cast<double>(counted.*part),
                        0.15 * static_cast<double>(counted.*part));
        }
        EXPECT_GE(static_cast<double>(planned.scratchBytes) * 1.3,
                  static_cast<double>(counted.scratchBytes));
    }
}

// Of all kinds of layers.
TEST_F(GpuHostLayersTrainer, MeasuresTheTimeOfAStep) {
    const auto on = gpu();
    const TrainOptions o = options({});
    const auto seconds =
        measureStepSeconds(model_.config, *model_.weights, o, data_, epochShape(data_, o.batches),
                           Backend::Cuda, 1, {}, on.get());
    ASSERT_TRUE(seconds.has_value()) << seconds.error().message;
    EXPECT_GT(seconds->usual, 0);
}

// Wherever it fails, the host computes nothing that is not there.
TEST_F(GpuHostLayersTrainer, TellsThatTheGpuFailed) {
    for (const int call : {150, 260, 370}) {
        simt::setMachine();
        const auto on = gpu();
        TrainOptions o = options({});
        o.maxSteps = 1;
        const auto trainer = make(o, *on);
        simt::failCall(call, cudaErrorLaunchFailure);
        const auto outcome = trainer->run({}, {});
        ASSERT_FALSE(outcome.has_value()) << call;
        EXPECT_EQ(outcome.error().code, ErrorCode::DeviceLost) << outcome.error().message;
        EXPECT_EQ(simt::counts().callsAfterLoss, 0) << call;
    }
}

}  // namespace
}  // namespace dsm::test
