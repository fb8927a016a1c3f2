// A job on the emulated GPU: who trains it, and what it leaves behind.
#include <cuda_runtime.h>

#include "engine/train/run/training_run.h"
#include "tests/engine/train/training_case.h"
#include "tests/support/simt/runtime.h"
#include "tests/support/temporary_folder.h"

namespace dsm::test {
namespace {

class GpuTrainingRun : public testing::Test {
  protected:
    void SetUp() override {
        folder_.write("rows.jsonl", R"({"instruction": "a", "output": "b"})"
                                    "\n"
                                    R"({"instruction": "c", "output": "d"})"
                                    "\n");
    }
    // A GPU that has less than its driver is left.
    static void useSmallGpu() {
        simt::Machine machine;
        machine.gpus = {{.name = "Small", .memoryBytes = std::size_t{200} << 20}};
        simt::setMachine(machine);
    }
    Result<std::unique_ptr<TrainingRun>> open(std::optional<std::string> backend,
                                              bool expertsMayStay = false) {
        TrainJob job;
        job.model = goldenFolder("tiny");
        job.data = {folder_ / "rows.jsonl"};
        job.maxLength = 32;
        job.threads = 1;
        job.options.output = folder_ / "run";
        job.options.maxSteps = 1;
        job.options.batches = {.batchSamples = 1, .seed = 3};
        job.options.targets = loraTargets({"q_proj"}, 1, 1);
        job.options.expertsMayStay = expertsMayStay;
        return TrainingRun::open(
            job, {.start = RunStart::Anew, .backend = std::move(backend)},
            {.progress = {}, .note = [this](const Reason& line) { notes_ += line.text() + '\n'; }},
            {});
    }

    TemporaryFolder folder_;
    std::string notes_;
};

TEST_F(GpuTrainingRun, TrainsOnTheGpuAndLeavesAnAdapter) {
    simt::setMachine();
    const auto run = open(std::nullopt);  // the fastest
    ASSERT_TRUE(run.has_value()) << run.error().message;
    EXPECT_EQ((*run)->computer(), "GPU 0 (Emulated GPU)");
    const std::int64_t before = simt::counts().launches;
    ASSERT_TRUE((*run)->start({}).has_value());
    const auto done = (*run)->train({}, {});
    ASSERT_TRUE(done.has_value()) << done.error().message;
    EXPECT_GT(simt::counts().launches, before);
    EXPECT_TRUE(std::filesystem::exists(folder_ / "run" / "adapter_model.safetensors"));
}

TEST_F(GpuTrainingRun, GoesToTheCpuWhereTheGpuIsTooSmall) {
    useSmallGpu();
    const auto run = open(std::nullopt);
    ASSERT_TRUE(run.has_value()) << run.error().message;
    EXPECT_EQ((*run)->computer().find("GPU"), std::string::npos);
    EXPECT_NE(notes_.find("Training needs"), std::string::npos) << notes_;
    EXPECT_NE(notes_.find("The CPU trains instead."), std::string::npos);
    ASSERT_TRUE((*run)->start({}).has_value());
    EXPECT_TRUE((*run)->train({}, {}).has_value());
}

TEST_F(GpuTrainingRun, IsRefusedWhereTheGpuThatWasAskedForIsTooSmall) {
    useSmallGpu();
    const auto run = open("cuda");
    ASSERT_FALSE(run.has_value());
    EXPECT_EQ(run.error().code, ErrorCode::OutOfMemory);
    for (const char* words : {"for weights", "GPU 0 (Small)", "of it free", "--backend cpu"})
        EXPECT_NE(run.error().message.find(words), std::string::npos) << run.error().message;
}

// A GPU that lacks the experts of one layer.
TEST_F(GpuTrainingRun, LeavesTheExpertsOfALayerToTheCpuWhereThatIsAllowed) {
    simt::setMachine();
    const RunMemoryPlan whole = open("cuda").value()->memory();
    const std::uint64_t layer =
        deviceSizes(readConfig(goldenFolder("tiny")).value(), Preset::Bf16).expertBytes.front();
    simt::Machine machine;
    machine.gpus = {{.memoryBytes = static_cast<std::size_t>(whole.memory.totalBytes() +
                                                             whole.reserveBytes - layer / 2)}};
    simt::setMachine(machine);
    std::filesystem::remove_all(folder_ / "run");
    const auto refused = open("cuda");
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().message.find("gpu_layers: fit"), std::string::npos)
        << refused.error().message;
    const auto run = open("cuda", true);
    ASSERT_TRUE(run.has_value()) << run.error().message;
    EXPECT_EQ((*run)->memory().hostLayers, 1);
    EXPECT_GT((*run)->memory().memory.hostWeightBytes, 0U);
    EXPECT_NE(notes_.find("experts of the last layers (1 of 3)"), std::string::npos) << notes_;
    EXPECT_GT((*run)->secondsPerStep({})->usual, 0);
    ASSERT_TRUE((*run)->start({}).has_value());
    const auto done = (*run)->train({}, {});
    ASSERT_TRUE(done.has_value()) << done.error().message;
    EXPECT_TRUE(std::filesystem::exists(folder_ / "run" / "adapter_model.safetensors"));
}

}  // namespace
}  // namespace dsm::test
