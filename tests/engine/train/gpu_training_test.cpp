// Training on the emulated GPU with the kernels themselves: against PyTorch, and against itself.
//
// Products round their operands to bfloat16: how far that takes gradients is derived in
// kernels/ops/train/README.md.
#include <cuda_runtime.h>

#include "engine/train/estimate.h"
#include "engine/train/gpu_fit.h"
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

Weights loaded(const std::filesystem::path& folder, const ModelConfig& config) {
    return std::move(*Weights::load(Checkpoint::open(folder).value(), config, {}, {}));
}

std::unique_ptr<TrainingGpu> gpuWith(const std::filesystem::path& folder,
                                     const ModelConfig& config) {
    auto gpu = TrainingGpu::open(0, 1);
    if (!gpu || !(*gpu)->place(loaded(folder, config), {}, {})) {
        ADD_FAILURE() << "no GPU";
        return nullptr;
    }
    return std::move(*gpu);
}

// A golden model on a GPU, with what learns at its start.
struct GoldenOnGpu {
    TrainableModel model;
    std::unique_ptr<TrainingGpu> gpu;
    Grown<float> values, gradients, first, second;
    Grown<double> squares;
    Grown<std::byte> scratch;
    ThreadPool pool{1};

    explicit GoldenOnGpu(const GoldenCase& c)
        : model(loadTrainable(goldenFolder(c.folder), c.targets)),
          gpu(gpuWith(goldenFolder(c.folder), model.config)) {
        setGoldenStart(c, *model.trained);
        for (Grown<float>* numbers : {&values, &gradients, &first, &second}) {
            numbers->liesIn(gpu->memory());
            numbers->shaped(1, model.trained->count());
        }
        squares.liesIn(gpu->memory());
        squares.shaped(1, 1);
        scratch.liesIn(gpu->memory());
        scratch.shaped(1, squaresScratchBytes(model.trained->count()));
        values.put(model.trained->values());
        model.trained->computeWith(gpu->weights(), values.span());
    }
    TrainingPass<float> pass(bool checkpointing) {
        return {model.config,
                *model.trained,
                trainOps(Backend::Cuda),
                pool,
                {.checkpointing = checkpointing, .positions = 16},
                gpu->memory()};
    }
    OpContext context() {
        return {.pool = &pool, .scratch = scratch.span(), .device = gpu->memory().run()};
    }
    double norm() {
        OpContext own = context();
        trainOps(Backend::Cuda)
            .sumOfSquares(own, {.numbers = gradients.span(), .sum = squares.view().data});
        return std::sqrt(squares.got().front());
    }
    void step(int number, double rate, double decay, double norm) {
        OpContext own = context();
        const auto decaying = static_cast<std::size_t>(model.trained->decayingNumbers());
        const std::size_t count = gradients.span().size();
        for (const auto& [begin, end, weightDecay] :
             {std::tuple{std::size_t{0}, decaying, decay}, std::tuple{decaying, count, 0.0}}) {
            const std::size_t length = end - begin;
            trainOps(Backend::Cuda)
                .adamW(own, {.weight = values.span().subspan(begin, length),
                             .gradient = gradients.span().subspan(begin, length),
                             .first = first.span().subspan(begin, length),
                             .second = second.span().subspan(begin, length),
                             .step = number,
                             .rate = rate,
                             .decay = weightDecay,
                             .gradientScale = norm > 1 ? 1 / (norm + 1e-6) : 1});
        }
    }
};

class GpuTraining : public testing::Test {
  protected:
    void SetUp() override { simt::setMachine(); }
};

TEST_F(GpuTraining, GivesTheGradientsOfPyTorch) {
    for (const GoldenCase& c : goldenCases()) {
        SCOPED_TRACE(keyOf(c));
        GoldenOnGpu golden(c);
        const auto samples = goldenSamples(c.folder);
        const TokenBatch batch = batchOf(std::span(samples).first(kBatch));
        TrainingPass<float> pass = golden.pass(true);
        const auto loss = pass.run(batch, scaleOf(batch.labels(), kBatch), golden.gradients.span());
        ASSERT_TRUE(loss.has_value() && golden.gpu->memory().finish().has_value());
        const std::vector<float> gradients = golden.gradients.got();
        const double whole = normOf(gradients);
        const double tolerance = toleranceOfGradients(golden.model.config);
        for (const Parameter& p : golden.model.trained->parameters()) {
            const auto own = std::span<const float>(gradients).subspan(
                static_cast<std::size_t>(p.offset), static_cast<std::size_t>(p.size()));
            const double expected = trainingGolden().floats(keyOf(c) + "norm." + p.name)[0];
            EXPECT_NEAR(normOf(own), expected, tolerance * expected + 1e-3 * whole) << p.name;
        }
    }
}

// All of its numbers, not their norms alone.
TEST_F(GpuTraining, GivesTheGradientsOfTheCpu) {
    for (const GoldenCase& c : goldenCases()) {
        SCOPED_TRACE(keyOf(c));
        GoldenOnGpu golden(c);
        const auto samples = goldenSamples(c.folder);
        const TokenBatch batch = batchOf(std::span(samples).first(kBatch));
        const PassScale scale = scaleOf(batch.labels(), kBatch);
        TrainingPass<float> pass = golden.pass(true);
        ASSERT_TRUE(pass.run(batch, scale, golden.gradients.span()).has_value());
        const std::vector<float> gradients = golden.gradients.got();

        const TrainableModel model = loadTrainable(goldenFolder(c.folder), c.targets);
        setGoldenStart(c, *model.trained);
        std::vector<float> expected(gradients.size());
        TrainingPass<float> onCpu(model.config, *model.trained, trainOps(Backend::Cpu), golden.pool,
                                  {.positions = 16});
        ASSERT_TRUE(onCpu.run(batch, scale, expected).has_value());
        std::vector<float> difference(gradients.size());
        std::transform(gradients.begin(), gradients.end(), expected.begin(), difference.begin(),
                       std::minus<>());
        const double share = normOf(difference) / normOf(expected);
        EXPECT_LE(share, toleranceOfGradients(model.config));
        RecordProperty("difference", std::to_string(share));
    }
}

TEST_F(GpuTraining, TakesTheTwentyStepsOfPyTorch) {
    for (const GoldenCase& c : goldenCases()) {
        // The emulation takes its time.
        if (std::string_view(c.folder) != "tiny_gqa" || std::string_view(c.name) == "attention")
            continue;
        SCOPED_TRACE(keyOf(c));
        GoldenOnGpu golden(c);
        const auto samples = goldenSamples(c.folder);
        const auto curve = trainingGolden().floats(keyOf(c) + "curve");
        TrainingPass<float> pass = golden.pass(true);
        for (int i = 0; i < kSteps; ++i) {
            golden.gradients.clear();
            const auto some = std::span(samples).subspan(
                static_cast<std::size_t>(i) * kBatch % samples.size(), kBatch);
            const TokenBatch whole = batchOf(some);
            double loss = 0;
            for (const std::size_t half : {std::size_t{0}, kBatch / 2}) {  // accumulation
                const TokenBatch batch = batchOf(some.subspan(half, kBatch / 2));
                loss += pass.run(batch, scaleOf(whole.labels(), kBatch), golden.gradients.span())
                            ->tokens;
            }
            loss /= static_cast<double>(whole.labels());
            const double norm = golden.norm();
            const auto at = static_cast<std::size_t>(i) * 3;
            EXPECT_NEAR(loss, curve[at], kBf16Products * curve[at]) << "step " << i;
            EXPECT_NEAR(norm, curve[at + 1],
                        toleranceOfGradients(golden.model.config) * curve[at + 1])
                << "step " << i;
            golden.step(i + 1, c.rate * goldenRate(i), c.decay, norm);
        }
    }
}

// ---- The trainer --------------------------------------------------------------------------------

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

class GpuTrainer : public testing::Test {
  protected:
    void SetUp() override { simt::setMachine(); }

    TrainOptions options(const std::filesystem::path& output) const {
        TrainOptions o;
        o.targets = loraTargets(allLinearTargets(), 3, 6);
        o.targets.lora.dropout = 0.2;
        o.batches = {.batchSamples = 3, .accumulation = 1, .seed = 5};
        o.epochs = 2;
        o.rate = 5e-3;
        o.output = output;
        return o;
    }
    std::unique_ptr<Trainer> make(const TrainOptions& o, TrainingGpu& gpu) {
        auto trainer = Trainer::make(model_.config, *model_.weights, data_, &data_, o,
                                     Backend::Cuda, 1, {}, &gpu);
        if (!trainer) {
            ADD_FAILURE() << trainer.error().message;
            return nullptr;
        }
        return std::move(*trainer);
    }

    TrainableModel model_ = loadTrainable(goldenFolder("tiny_gqa"), loraTargets({"q_proj"}, 1, 1));
    MemoryDataset data_ = fewSamples();
    TemporaryFolder folder_;
};

class GpuTrainerResumed : public GpuTrainer, public testing::WithParamInterface<OptimizerKind> {
  protected:
    TrainOptions optionsOf(const std::filesystem::path& output) const {
        TrainOptions o = options(output);
        o.optimizer = GetParam();
        return o;
    }
};

TEST_P(GpuTrainerResumed, GoesOnAsIfItHadNeverStopped) {
    const auto gpu = gpuWith(goldenFolder("tiny_gqa"), model_.config);
    simt::setSeed(1);
    const auto whole = make(optionsOf(folder_ / "whole"), *gpu);
    const auto expected = whole->run({}, {});
    ASSERT_TRUE(expected.has_value()) << expected.error().message;
    ASSERT_EQ(expected->state.step, 4);

    simt::setSeed(2);  // threads in another order
    const TrainOptions o = optionsOf(folder_ / "parts");
    std::stop_source stop;
    const auto part = make(o, *gpu);
    const auto stopped = part->run(
        [&](const TrainProgress& p) {
            if (p.step == 2) stop.request_stop();
        },
        stop.get_token());
    ASSERT_FALSE(stopped.has_value());
    const auto rest = make(o, *gpu);
    ASSERT_TRUE(rest->resume(newestCheckpoint(o.output).folder.value()).has_value());
    const auto outcome = rest->run({}, {});
    ASSERT_TRUE(outcome.has_value());
    EXPECT_EQ(outcome->state, expected->state);
    const auto a = rest->trained().values();
    const auto b = whole->trained().values();
    EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin(), b.end()));
}

INSTANTIATE_TEST_SUITE_P(Optimizers, GpuTrainerResumed,
                         testing::Values(OptimizerKind::AdamW, OptimizerKind::AdamW8));

// Moments in pinned memory of the host: the same numbers, and as much less of the GPU.
TEST_P(GpuTrainerResumed, GivesTheSameBitsWithTheMomentsOnTheHost) {
    const auto gpu = gpuWith(goldenFolder("tiny_gqa"), model_.config);
    const auto beside = make(optionsOf(folder_ / "beside"), *gpu);
    const auto expected = beside->run({}, {});
    ASSERT_TRUE(expected.has_value()) << expected.error().message;

    TrainOptions o = optionsOf(folder_ / "aside");
    o.momentsOnHost = true;
    std::stop_source stop;
    {
        const auto part = make(o, *gpu);
        EXPECT_EQ(part->memory().optimizerBytes, 0U);
        EXPECT_EQ(part->memory().pinnedBytes, beside->memory().optimizerBytes);
        const auto stopped = part->run(
            [&](const TrainProgress& p) {
                if (p.step == 2) stop.request_stop();
            },
            stop.get_token());
        ASSERT_FALSE(stopped.has_value());
    }
    const auto aside = make(o, *gpu);
    ASSERT_TRUE(aside->resume(newestCheckpoint(o.output).folder.value()).has_value());
    ASSERT_TRUE(aside->run({}, {}).has_value());
    EXPECT_EQ(aside->state(), expected->state);
    const auto a = aside->trained().values();
    const auto b = beside->trained().values();
    EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin(), b.end()));
}

TEST_P(GpuTrainerResumed, UsesTheMemoryThatWasEstimated) {
    const auto gpu = gpuWith(goldenFolder("tiny_gqa"), model_.config);
    TrainOptions o = optionsOf({});
    o.maxSteps = 1;
    const auto trainer = make(o, *gpu);
    ASSERT_TRUE(trainer->run({}, {}).has_value());
    const TrainMemory counted = trainer->memory();
    const TrainMemory estimated = estimateMemory(
        model_.config, counted.weightBytes, o, epochShape(data_, o.batches).largest, Backend::Cuda);
    EXPECT_EQ(estimated.optimizerBytes, counted.optimizerBytes);
    EXPECT_NEAR(static_cast<double>(estimated.activationBytes),
                static_cast<double>(counted.activationBytes),
                0.15 * static_cast<double>(counted.activationBytes));
    EXPECT_GE(estimated.scratchBytes * 1.3, static_cast<double>(counted.scratchBytes));
}

// Within a step the host queues, and waits once: for the numbers of the step before. Now and then a half
// of the pinned memory is full, and the one before it long empty.
TEST_P(GpuTrainerResumed, NeitherWaitsNorAllocatesInsideAStep) {
    const auto gpu = gpuWith(goldenFolder("tiny_gqa"), model_.config);
    TrainOptions o = optionsOf({});
    o.batches.accumulation = 2;
    o.batches.batchSamples = 1;
    o.epochs = 4;  // of three steps
    const auto trainer = make(o, *gpu);
    std::vector<simt::Counts> after;
    ASSERT_TRUE(trainer->run([&](const TrainProgress&) { after.push_back(simt::counts()); }, {})
                    .has_value());
    ASSERT_EQ(after.size(), 12U);
    // The first two steps of the last epoch, behind a step that was waited for.
    const simt::Counts& before = after[8];
    EXPECT_GE(after[10].waits - before.waits, 2);
    EXPECT_LE(after[10].waits - before.waits, 3) << "of two steps of two batches";
    EXPECT_EQ(after[10].liveAllocations, before.liveAllocations);
    EXPECT_EQ(after[10].allocations, before.allocations);
    EXPECT_EQ(after[10].livePinned, before.livePinned);
    EXPECT_EQ(after[11].spins, 0);
}

// A machine that does nothing until somebody waits for it.
TEST_P(GpuTrainerResumed, GivesTheSameBitsHoweverLateTheGpuIs) {
    std::vector<float> eager;
    for (const bool isLazy : {false, true}) {
        simt::setMachine({.isLazy = isLazy});
        const auto gpu = gpuWith(goldenFolder("tiny_gqa"), model_.config);
        TrainOptions o = optionsOf({});
        o.batches.batchSamples = 2;
        const auto trainer = make(o, *gpu);
        ASSERT_TRUE(trainer->run({}, {}).has_value());
        const auto values = trainer->trained().values();
        if (!isLazy) eager.assign(values.begin(), values.end());
        EXPECT_TRUE(std::equal(values.begin(), values.end(), eager.begin(), eager.end()));
    }
}

// As kernels/cuda/train_model.py counts them, whose table of a step of 16B stands in KERNELS.md.
TEST_F(GpuTrainer, TakesTheLaunchesThatTheModelOfAStepCounts) {
    const auto gpu = gpuWith(goldenFolder("tiny_gqa"), model_.config);
    TrainOptions o = options({});
    o.targets.lora.dropout = 0;
    o.maxSteps = 1;
    auto trainer = Trainer::make(model_.config, *model_.weights, data_, nullptr, o, Backend::Cuda,
                                 1, {}, gpu.get());
    ASSERT_TRUE(trainer.has_value());
    const std::int64_t before = simt::counts().launches;
    ASSERT_TRUE((*trainer)->run({}, {}).has_value());
    std::int64_t expected = 1 + 7 + 3;  // embedding, loss, optimizer
    for (std::int64_t layer = 0; layer < model_.config.layers; ++layer) {
        const bool isMoe = model_.config.isMoeLayer(layer);
        const std::int64_t forth = isMoe ? 20 : 14;
        expected += forth + (isMoe ? 1 : 0) + (isMoe ? 24 : 20);
        if (layer + 1 < model_.config.layers) expected += forth;  // again
    }
    EXPECT_EQ(simt::counts().launches - before, expected - 2);  // the first layer asks for less
}

TEST_F(GpuTrainer, SaysWhatWouldFitWhereItDoesNot) {
    const auto gpu = TrainingGpu::open(0, 1);
    ASSERT_TRUE(gpu.has_value());
    TrainOptions o = options({});
    const auto fits = [&](std::int64_t samples, std::int64_t length) {
        const BatchShape largest{
            .tokens = samples * length, .labels = samples * length, .samples = samples};
        return checkGpuFit(**gpu, model_.config, *model_.weights, o,
                           {largest, {.tokens = length, .labels = length}});
    };
    EXPECT_EQ(fits(10, 100)->pass.tokens, 1000);
    // A thousand times as many tokens as the emulated GPU has room for.
    EXPECT_LT(fits(1000, 20'000)->pass.tokens, 1'000'000);
    const auto refused = fits(1, 20'000'000);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::OutOfMemory);
    for (const char* words : {"for activations", "of it free", "(max_length)"})
        EXPECT_NE(refused.error().message.find(words), std::string::npos)
            << refused.error().message;
}

// A GPU that fails in a step ends the run with its reason; what was saved stays.
TEST_F(GpuTrainer, TellsThatTheGpuFailed) {
    const auto gpu = gpuWith(goldenFolder("tiny_gqa"), model_.config);
    const auto trainer = make(options(folder_ / "failing"), *gpu);
    simt::failCall(200, cudaErrorLaunchFailure);
    const auto outcome = trainer->run({}, {});
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(simt::counts().callsAfterLoss, 0) << "the rest of the pass is not launched";
    EXPECT_NE(outcome.error().message.find("GPU 0 (Emulated GPU)"), std::string::npos);
    EXPECT_EQ(outcome.error().code, ErrorCode::DeviceLost) << outcome.error().message;
    const std::int64_t told = simt::counts().calls;
    EXPECT_FALSE(TrainingGpu::open(0, 1).has_value());
    EXPECT_EQ(simt::counts().calls, told);
}

}  // namespace
}  // namespace dsm::test
