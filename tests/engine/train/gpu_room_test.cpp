// A run on an emulated GPU that has just what was planned, and on one that has less.
#include <cuda_runtime.h>

#include <cmath>

#include "engine/train/run/training_run.h"
#include "engine/train/trainer.h"
#include "tests/engine/train/training_case.h"
#include "tests/support/simt/runtime.h"
#include "tests/support/temporary_folder.h"

namespace dsm::test {
namespace {

void useGpuOf(std::uint64_t bytes) {
    simt::Machine machine;
    machine.gpus = {{.name = "Small", .memoryBytes = static_cast<std::size_t>(bytes)}};
    simt::setMachine(machine);
}

// Rows of many lengths.
std::string rowsOf(int count) {
    std::string rows;
    for (int i = 0; i < count; ++i) {
        rows += R"({"instruction": "n )" + std::to_string(i) + R"(", "output": ")" +
                std::string(static_cast<std::size_t>(1 + 5 * i % 12), 'a') + "\"}\n";
    }
    return rows;
}

class GpuRoom : public testing::Test {
  protected:
    void SetUp() override { folder_.write("rows.jsonl", rowsOf(6)); }

    TrainJob job() const {
        TrainJob job;
        job.model = goldenFolder("tiny");
        job.data = {folder_ / "rows.jsonl"};
        job.maxLength = 64;
        job.threads = 1;
        job.evalShare = 0.34;
        job.options.output = folder_ / "run";
        job.options.epochs = 2;
        job.options.rate = 5e-3;
        job.options.batches = {.batchSamples = 2, .seed = 3};
        job.options.targets = loraTargets(allLinearTargets(), 2, 4);
        return job;
    }
    Result<std::unique_ptr<TrainingRun>> open(const TrainJob& job) {
        std::filesystem::remove_all(job.options.output);
        notes_.clear();
        return TrainingRun::open(
            job, {.start = RunStart::Anew, .backend = "cuda"},
            {.progress = {}, .note = [this](const Reason& line) { notes_ += line.text() + '\n'; }},
            {});
    }
    // The losses of all steps.
    std::vector<double> trained(TrainingRun& run) {
        std::vector<double> losses;
        const auto begun = run.start({});
        EXPECT_TRUE(begun.has_value()) << begun.error().message;
        const auto done = run.train(
            [&](const TrainProgress& p) {
                if (!p.evaluationOnly) losses.push_back(p.loss);
            },
            {});
        EXPECT_TRUE(done.has_value()) << done.error().message;
        return losses;
    }

    TemporaryFolder folder_;
    std::string notes_;
};

// However a run is set, epochs after the first and evaluations included.
TEST_F(GpuRoom, OfThePlanIsAllThatARunTakes) {
    for (const int variant : {0, 1, 2, 3}) {
        SCOPED_TRACE(variant);
        simt::setMachine();
        TrainJob some = job();
        if (variant == 1) some.options.checkpointing = false;
        if (variant == 2) some.options.optimizer = OptimizerKind::AdamW8;
        if (variant == 3) some.options.targets = fullTargets();
        const auto run = open(some);
        ASSERT_TRUE(run.has_value()) << run.error().message;
        const RunMemoryPlan plan = (*run)->memory();
        EXPECT_EQ(plan.pieceTokens, 0);
        trained(**run);
        EXPECT_LE(simt::counts().mostAllocatedBytes,
                  plan.memory.totalBytes() + GpuWorkMemory::kOwnBytes);
    }
}

TEST_F(GpuRoom, IsSharedByPiecesWhereABatchHasNotEnough) {
    simt::setMachine();
    TrainJob small = job();
    small.options.targets = loraTargets({"q_proj"}, 1, 2);  // with hardly any moments
    const auto whole = open(small);
    ASSERT_TRUE(whole.has_value()) << whole.error().message;
    const RunMemoryPlan plan = (*whole)->memory();
    const std::vector<double> expected = trained(**whole);
    const std::uint64_t less = plan.memory.activationBytes / 3;
    useGpuOf(plan.memory.totalBytes() + plan.reserveBytes - less);
    const auto run = open(small);
    ASSERT_TRUE(run.has_value()) << run.error().message;
    const RunMemoryPlan smaller = (*run)->memory();
    EXPECT_GT(smaller.pieceTokens, 0);
    EXPECT_LE(smaller.memory.totalBytes() + less, plan.memory.totalBytes());
    EXPECT_NE(notes_.find("computed in pieces of at most " + std::to_string(smaller.pieceTokens)),
              std::string::npos)
        << notes_;
    const std::vector<double> losses = trained(**run);
    EXPECT_LE(simt::counts().mostAllocatedBytes,
              smaller.memory.totalBytes() + GpuWorkMemory::kOwnBytes);
    ASSERT_EQ(losses.size(), expected.size());
    for (std::size_t i = 0; i < losses.size(); ++i)
        EXPECT_NEAR(losses[i], expected[i], 5e-3 * expected[i]);
}

// Samples of 3 tokens, and one of 70 that is not in the first step.
struct LongOne {
    MemoryDataset data;
    std::uint64_t seed = 0;

    LongOne() {
        std::vector<std::int64_t> lengths;
        for (int i = 0; i < 4; ++i) {
            TrainingSample sample;
            for (std::int32_t t = 0; t < (i == 0 ? 70 : 3); ++t)
                sample.ids.push_back((7 * i + 13 * t) % 320);
            sample.labels = sample.ids;
            lengths.push_back(static_cast<std::int64_t>(sample.ids.size()));
            data.add(std::move(sample));
        }
        const auto isLate = [&] {
            const auto steps = planEpoch(lengths, {.seed = seed}, 0);
            return steps[0][0][0] != 0 && steps[1][0][0] != 0;
        };
        while (!isLate())
            ++seed;
    }
};

TEST_F(GpuRoom, ThatEndsLeavesACheckpointToGoOnFrom) {
    const LongOne samples;
    const TrainableModel model =
        loadTrainable(goldenFolder("tiny_gqa"), loraTargets({"q_proj"}, 1, 1));
    TrainOptions o;
    o.targets = loraTargets(attentionTargets(), 2, 4);
    o.batches = {.seed = samples.seed};
    o.epochs = 1;
    o.rate = 5e-3;
    const auto endOf = [&](const TrainOptions& options, bool goesOn,
                           const std::function<void(TrainingGpu&)>& before) {
        auto gpu = TrainingGpu::open(0, 1).value();
        auto weights =
            Weights::load(Checkpoint::open(goldenFolder("tiny_gqa")).value(), model.config, {}, {});
        EXPECT_TRUE(gpu->place(std::move(*weights), {}, {}).has_value());
        auto trainer = Trainer::make(model.config, *model.weights, samples.data, nullptr, options,
                                     Backend::Cuda, 1, {}, gpu.get())
                           .value();
        if (goesOn) {
            const auto taken = trainer->resume(*newestCheckpoint(options.output).folder);
            EXPECT_TRUE(taken.has_value()) << taken.error().message;
        }
        before(*gpu);
        const auto outcome = trainer->run({}, {});
        const auto values = trainer->trained().values();
        return std::pair(outcome ? std::optional<Error>() : outcome.error(),
                         std::vector<float>(values.begin(), values.end()));
    };
    simt::setMachine();
    o.output = folder_ / "whole";
    const auto whole = endOf(o, false, [](TrainingGpu&) {});
    ASSERT_FALSE(whole.first.has_value()) << whole.first->message;
    // As much as short samples need, and less than the long one does.
    o.output = folder_ / "parts";
    useGpuOf(std::uint64_t{32} << 20);
    const auto ended = endOf(o, false, [](TrainingGpu&) {
        const std::size_t spare = std::size_t{400} << 10;
        std::size_t total = 0, free = 0;
        ASSERT_EQ(cudaMemGetInfo(&free, &total), cudaSuccess);
        void* taken = nullptr;
        ASSERT_EQ(cudaMalloc(&taken, free - spare), cudaSuccess);
    });
    ASSERT_TRUE(ended.first.has_value());
    EXPECT_EQ(ended.first->code, ErrorCode::OutOfMemory);
    const auto last = newestCheckpoint(o.output).folder;
    ASSERT_TRUE(last.has_value()) << ended.first->message;
    EXPECT_NE(ended.first->message.find(last->string()), std::string::npos) << ended.first->message;
    simt::setMachine();
    const auto rest = endOf(o, true, [](TrainingGpu&) {});
    ASSERT_FALSE(rest.first.has_value()) << rest.first->message;
    EXPECT_EQ(rest.second, whole.second);
}

}  // namespace
}  // namespace dsm::test
