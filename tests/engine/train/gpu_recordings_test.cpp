// Passes that are recorded and replayed on the emulated GPU: the numbers of those that are queued launch by
// launch, whatever changes between them.
#include <cuda_runtime.h>

#include "engine/train/epoch_shape.h"
#include "engine/train/estimate.h"
#include "engine/train/trainer.h"
#include "engine/train/training_gpu.h"
#include "tests/engine/train/training_case.h"
#include "tests/support/simt/runtime.h"
#include "tests/support/temporary_folder.h"

namespace dsm::test {
namespace {

// Two lengths, the longer one last; of each sample another share is learned.
MemoryDataset samplesOfTwoLengths() {
    MemoryDataset data;
    for (std::int32_t i = 0; i < 6; ++i) {
        TrainingSample sample;
        for (std::int32_t t = 0; t < (i < 4 ? 5 : 9); ++t)
            sample.ids.push_back((7 * i + 13 * t) % 320);
        sample.labels = sample.ids;
        for (std::int32_t t = 0; t < i % 3; ++t)
            sample.labels[static_cast<std::size_t>(t)] = kNotTrained;
        data.add(std::move(sample));
    }
    return data;
}

struct RunEnd {
    std::vector<float> values;
    TrainState state;
    std::int64_t launches = 0, graphLaunches = 0;
    TrainMemory memory;
};

class GpuRecordingsTest : public testing::Test {
  protected:
    std::unique_ptr<TrainingGpu> gpu(int most) {
        auto opened = TrainingGpu::open(0, 1);
        auto weights = Weights::load(Checkpoint::open(folder()).value(), model_.config, {}, {});
        if (!opened || !weights || !(*opened)->place(std::move(*weights), {}, {})) {
            ADD_FAILURE() << "no GPU";
            return nullptr;
        }
        (*opened)->recordings().recordAtMost(most);
        return std::move(*opened);
    }
    static std::filesystem::path folder() { return goldenFolder("tiny_gqa"); }
    TrainOptions options(const std::filesystem::path& output = {}) const {
        TrainOptions o;
        o.targets = loraTargets(allLinearTargets(), 3, 6);
        o.targets.lora.dropout = 0.2;
        o.targets.savedModules = {"lm_head", "norm"};
        o.batches = {.batchSamples = 1, .accumulation = 2, .seed = 5};
        o.balance = 0.01;
        o.epochs = 3;
        o.rate = 5e-3;
        o.output = output;
        return o;
    }
    std::unique_ptr<Trainer> make(const TrainOptions& o, TrainingGpu& on) {
        auto trainer = Trainer::make(model_.config, *model_.weights, data_, nullptr, o,
                                     Backend::Cuda, 1, {}, &on);
        if (!trainer) ADD_FAILURE() << trainer.error().message;
        return trainer ? std::move(*trainer) : nullptr;
    }
    RunEnd endOf(int most, const TrainOptions& o) {
        const auto on = gpu(most);
        const auto trainer = make(o, *on);
        const simt::Counts before = simt::counts();
        const auto outcome = trainer->run({}, {});
        EXPECT_TRUE(outcome.has_value()) << outcome.error().message;
        const auto values = trainer->trained().values();
        return {.values = {values.begin(), values.end()},
                .state = trainer->state(),
                .launches = simt::counts().launches - before.launches,
                .graphLaunches = simt::counts().graphLaunches - before.graphLaunches,
                .memory = trainer->memory()};
    }

    TrainableModel model_ = loadTrainable(folder(), loraTargets({"q_proj"}, 1, 1));
    MemoryDataset data_ = samplesOfTwoLengths();
    TemporaryFolder output_;
};

TEST_F(GpuRecordingsTest, GiveTheBitsOfPassesThatAreQueuedLaunchByLaunch) {
    simt::setMachine();
    const RunEnd queued = endOf(0, options());
    EXPECT_EQ(queued.graphLaunches, 0);
    for (const bool isLazy : {false, true}) {
        simt::setMachine({.isLazy = isLazy});
        simt::setSeed(isLazy ? 2 : 3);
        const RunEnd recorded = endOf(GpuRecordings::kMost, options());
        // Of 18 passes of two shapes; memory grows once with the longer one.
        EXPECT_GE(recorded.graphLaunches, 12);
        EXPECT_EQ(recorded.launches, queued.launches);
        EXPECT_EQ(recorded.values, queued.values);
        EXPECT_EQ(recorded.state, queued.state);
    }
}

TEST_F(GpuRecordingsTest, GoOnAfterAStopAsIfThereHadBeenNone) {
    simt::setMachine();
    const RunEnd whole = endOf(GpuRecordings::kMost, options(output_ / "whole"));
    const TrainOptions o = options(output_ / "parts");
    const auto on = gpu(GpuRecordings::kMost);
    std::stop_source stop;
    {
        const auto part = make(o, *on);
        const auto stopped = part->run(
            [&](const TrainProgress& p) {
                if (p.step == 4) stop.request_stop();
            },
            stop.get_token());
        ASSERT_FALSE(stopped.has_value());
        EXPECT_GT(on->recordings().count(), 0);
    }
    // In memory that lies elsewhere.
    const auto rest = make(o, *on);
    ASSERT_TRUE(rest->resume(newestCheckpoint(o.output).folder.value()).has_value());
    const auto ended = rest->run({}, {});
    ASSERT_TRUE(ended.has_value()) << ended.error().message;
    const auto values = rest->trained().values();
    EXPECT_TRUE(std::equal(values.begin(), values.end(), whole.values.begin(), whole.values.end()));
    EXPECT_EQ(rest->state(), whole.state);
}

TEST_F(GpuRecordingsTest, AreLeftOutWhereTheGpuHasNoMemoryForThem) {
    simt::setMachine();
    const RunEnd queued = endOf(0, options());
    simt::Machine machine;
    machine.gpus = {{.graphNodeBytes = std::size_t{1} << 30}};
    simt::setMachine(machine);
    const RunEnd short_ = endOf(GpuRecordings::kMost, options());
    EXPECT_EQ(short_.graphLaunches, 0);
    EXPECT_EQ(short_.values, queued.values);
}

TEST_F(GpuRecordingsTest, TakeNoMoreThanIsPlanned) {
    simt::setMachine();
    TrainOptions o = options();
    const RunEnd end = endOf(GpuRecordings::kMost, o);
    const RunEnd without = endOf(0, o);
    const std::uint64_t taken = end.memory.scratchBytes - without.memory.scratchBytes;
    EXPECT_GT(taken, 0U);
    const TrainMemory planned = estimateMemory(model_.config, end.memory.weightBytes, o,
                                               epochShape(data_, o.batches).largest, Backend::Cuda);
    // Two of the shapes that are planned for.
    EXPECT_LE(2 * taken, planned.scratchBytes - without.memory.scratchBytes);
}

}  // namespace
}  // namespace dsm::test
