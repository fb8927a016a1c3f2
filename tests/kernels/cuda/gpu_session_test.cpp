#include "kernels/cuda/gpu_session.h"

#include <gtest/gtest.h>

#include <cstring>
#include <numeric>
#include <vector>

#include "kernels/cuda/gpu_limits.h"
#include "kernels/cuda/gpu_transfer.h"
#include "kernels/cuda/launch.h"
#include "tests/support/simt/runtime.h"

namespace dsm {
namespace {

constexpr std::size_t kMegabyte = 1'000'000;

simt::Machine machineWith(std::vector<simt::Gpu> gpus) {
    simt::Machine machine;
    machine.gpus = std::move(gpus);
    return machine;
}

std::unique_ptr<GpuSession> opened(int index = 0) {
    auto session = openGpu(index);
    EXPECT_TRUE(session.has_value()) << session.error().message;
    return session ? std::move(*session) : nullptr;
}

__global__ void doNothing() {}

std::vector<std::byte> numbered(std::size_t size) {
    std::vector<std::byte> bytes(size);
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<std::byte>(i * 7 + i / 251);
    return bytes;
}

TEST(GpuDevices, AreListedWithTheirMemory) {
    simt::setMachine(machineWith({{.name = "Small", .memoryBytes = 100 * kMegabyte},
                                  {.name = "Large", .major = 8, .minor = 6}}));
    const auto devices = cudaDevices();
    ASSERT_TRUE(devices.has_value());
    ASSERT_EQ(devices->size(), 2U);
    EXPECT_EQ((*devices)[0].name, "Small");
    EXPECT_EQ((*devices)[0].totalBytes, 100 * kMegabyte);
    EXPECT_EQ((*devices)[0].problem, "");
    EXPECT_EQ((*devices)[1].computeMajor, 8);
    EXPECT_EQ((*devices)[1].computeMinor, 6);
}

TEST(GpuDevices, AreListedWithoutAContextOnAnyOfThem) {
    simt::Machine machine = machineWith({{.memoryBytes = 100 * kMegabyte}, {}});
    simt::setMachine(machine);
    EXPECT_EQ(cudaDevices()->at(0).freeBytes, 100 * kMegabyte);
    EXPECT_EQ(simt::counts().contexts, 0);
    const auto gpu = opened();
    EXPECT_EQ(simt::counts().contexts, 1);
    const auto block = gpu->allocate(30 * kMegabyte, "a test");
    EXPECT_EQ(cudaDevices()->at(0).freeBytes, 70 * kMegabyte);
    EXPECT_EQ(simt::counts().contexts, 1);

    machine.hasNvml = false;  // then nobody knows
    simt::setMachine(machine);
    EXPECT_EQ(cudaDevices()->at(0).freeBytes, 100 * kMegabyte);
    EXPECT_EQ(simt::counts().contexts, 0);
}

TEST(GpuDevices, AreListedThoughOneOfThemDoesNotAnswer) {
    simt::setMachine(machineWith({{.name = "Bad", .answers = cudaErrorUnknown}, {.name = "Good"}}));
    const auto devices = cudaDevices();
    ASSERT_TRUE(devices.has_value());
    ASSERT_EQ(devices->size(), 2U);
    EXPECT_NE((*devices)[0].problem.find("GPU 0 does not answer"), std::string::npos)
        << (*devices)[0].problem;
    EXPECT_EQ((*devices)[1].problem, "");
    EXPECT_FALSE(openGpu(0).has_value());
    EXPECT_NE(opened(1), nullptr);
}

TEST(GpuDevices, OfAMachineWithoutAGpuOrADriverAreNone) {
    simt::setMachine(machineWith({}));
    EXPECT_TRUE(cudaDevices().has_value() && cudaDevices()->empty());
    simt::Machine bare = machineWith({});
    bare.driverVersion = 0;
    simt::setMachine(bare);
    EXPECT_TRUE(cudaDevices().has_value() && cudaDevices()->empty());
}

TEST(GpuDevices, OfADriverThatIsTooOldAreRefusedWithBothVersions) {
    simt::Machine old;
    old.driverVersion = 11080;
    simt::setMachine(old);
    const auto devices = cudaDevices();
    ASSERT_FALSE(devices.has_value());
    EXPECT_EQ(devices.error().code, ErrorCode::Unsupported);
    EXPECT_EQ(devices.error().message,
              "The NVIDIA driver is too old for this program: it speaks CUDA 11.8, the program "
              "needs 13.0. Update the driver, or compute on the CPU (--backend cpu).");
    EXPECT_FALSE(openGpu(0).has_value());
}

TEST(GpuDevices, ThatAreTooOldAreListedWithTheirProblem) {
    simt::setMachine(machineWith({{.name = "Elder", .major = 7, .minor = 5}}));
    const auto devices = cudaDevices();
    ASSERT_TRUE(devices.has_value());
    EXPECT_EQ(devices->front().problem,
              "GPU 0 (Elder) is too old: its compute capability is 7.5, this program needs 8.0 or "
              "newer. Compute on the CPU (--backend cpu).");
    const auto session = openGpu(0);
    ASSERT_FALSE(session.has_value());
    EXPECT_EQ(session.error().code, ErrorCode::Unsupported);
    EXPECT_EQ(session.error().message, devices->front().problem);
}

TEST(GpuSession, OfAGpuThatIsNotThereIsRefused) {
    simt::setMachine();
    for (const int index : {-1, 1}) {
        const auto session = openGpu(index);
        ASSERT_FALSE(session.has_value());
        EXPECT_EQ(session.error().code, ErrorCode::NotFound);
    }
}

TEST(GpuSession, CopiesInTheOrderItWasAsked) {
    for (const bool isLazy : {false, true}) {
        simt::Machine machine;
        machine.isLazy = isLazy;
        simt::setMachine(machine);
        const auto gpu = opened();
        auto device = gpu->allocate(1000, "a test");
        auto pinned = gpu->allocatePinned(2000, "a test");
        ASSERT_TRUE(device && pinned);
        const std::vector<std::byte> bytes = numbered(1000);
        std::memcpy(pinned->get(), bytes.data(), 1000);
        gpu->copyToGpu(device->get(), pinned->get(), 1000);
        gpu->clear(device->get() + 500, 500);
        gpu->copyToHost(pinned->get() + 1000, device->get(), 1000);
        ASSERT_TRUE(gpu->finish().has_value());
        EXPECT_EQ(std::memcmp(pinned->get() + 1000, bytes.data(), 500), 0);
        EXPECT_EQ(pinned->get()[1999], std::byte{0});
    }
}

TEST(GpuSession, GivesEverythingBackAtItsEnd) {
    simt::setMachine();
    {
        const auto gpu = opened();
        const auto device = gpu->allocate(1000, "a test");
        const auto pinned = gpu->allocatePinned(1000, "a test");
        EXPECT_EQ(simt::counts().liveAllocations, 1);
        EXPECT_EQ(simt::counts().livePinned, 1);
        EXPECT_GT(simt::counts().liveObjects, 0);
    }
    EXPECT_EQ(simt::counts().liveAllocations, 0);
    EXPECT_EQ(simt::counts().livePinned, 0);
    EXPECT_EQ(simt::counts().liveObjects, 0);
}

TEST(GpuSession, WithoutEnoughMemorySaysHowMuchThereIsAndGoesOn) {
    simt::setMachine(machineWith({{.memoryBytes = 100 * kMegabyte}}));
    const auto gpu = opened();
    const auto first = gpu->allocate(60 * kMegabyte, "the weights");
    ASSERT_TRUE(first.has_value());
    const auto second = gpu->allocate(50 * kMegabyte, "the context");
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().code, ErrorCode::OutOfMemory);
    EXPECT_NE(second.error().message.find("the context, which needs 0.05 GB: 0.04 GB of 0.10 GB"),
              std::string::npos)
        << second.error().message;
    EXPECT_TRUE(gpu->allocate(30 * kMegabyte, "a smaller context").has_value());
    EXPECT_TRUE(gpu->finish().has_value());
}

TEST(GpuSession, ThatLostItsGpuSaysSoAndQueuesNoMore) {
    simt::setMachine();
    const auto gpu = opened();
    const auto device = gpu->allocate(100, "a test");
    const auto pinned = gpu->allocatePinned(100, "a test");
    simt::failCall(1, cudaErrorLaunchFailure);
    gpu->copyToGpu(device->get(), pinned->get(), 100);
    EXPECT_TRUE(gpu->hasFailed());
    const std::int64_t calls = simt::counts().calls;
    gpu->copyToGpu(device->get(), pinned->get(), 100);
    EXPECT_EQ(simt::counts().calls, calls);
    for (const Result<void>& ended : {gpu->finish(), gpu->waitFor(0)}) {
        ASSERT_FALSE(ended.has_value());
        EXPECT_EQ(ended.error().code, ErrorCode::DeviceLost);
        EXPECT_NE(ended.error().message.find(
                      "GPU 0 (Emulated GPU) failed or went away: unspecified launch failure"),
                  std::string::npos);
        EXPECT_NE(ended.error().message.find("(CUDA error 719)"), std::string::npos);
        EXPECT_NE(ended.error().message.find("--backend cpu"), std::string::npos);
    }
    EXPECT_FALSE(gpu->allocate(100, "a test").has_value());
}

constexpr cudaError_t kKeptErrors[] = {cudaErrorECCUncorrectable,
                                       cudaErrorNvlinkUncorrectable,
                                       cudaErrorContained,
                                       cudaErrorIllegalAddress,
                                       cudaErrorLaunchTimeout,
                                       cudaErrorContextIsDestroyed,
                                       cudaErrorAssert,
                                       cudaErrorHardwareStackError,
                                       cudaErrorIllegalInstruction,
                                       cudaErrorMisalignedAddress,
                                       cudaErrorInvalidAddressSpace,
                                       cudaErrorInvalidPc,
                                       cudaErrorLaunchFailure,
                                       cudaErrorTensorMemoryLeak,
                                       cudaErrorMpsClientTerminated,
                                       cudaErrorExternalDevice,
                                       cudaErrorUnknown};

TEST(GpuSession, AfterALostGpuSaysThatTheProgramMustBeRestartedAndAsksNothingMore) {
    for (const cudaError_t error : kKeptErrors) {
        simt::setMachine();
        const auto other = opened();
        {
            const auto gpu = opened();
            const auto device = gpu->allocate(100, "a test");
            const auto pinned = gpu->allocatePinned(100, "a test");
            simt::failCall(1, error);
            gpu->clear(device->get(), 100);
            EXPECT_EQ(gpu->finish().error().code, ErrorCode::DeviceLost) << error;
        }
        const auto again = openGpu(0);
        ASSERT_FALSE(again.has_value());
        EXPECT_EQ(again.error().code, ErrorCode::DeviceLost) << error;
        EXPECT_NE(again.error().message.find("GPU 0 (Emulated GPU) failed or went away: "),
                  std::string::npos)
            << again.error().message;
        EXPECT_NE(again.error().message.find("restart the program"), std::string::npos);
        EXPECT_EQ(cudaDevices().error().message, again.error().message);
        other->use();
        EXPECT_EQ(other->allocate(1, "a test").error().code, ErrorCode::DeviceLost);
        EXPECT_EQ(other->finish().error().code, ErrorCode::DeviceLost);
        EXPECT_EQ(simt::counts().callsAfterLoss, 0) << error;
    }
    simt::setMachine();
    EXPECT_NE(opened(), nullptr) << "another process may";
}

TEST(GpuSession, WithAnErrorThatIsNotKeptEndsItselfAlone) {
    simt::setMachine();
    {
        const auto gpu = opened();
        const auto device = gpu->allocate(100, "a test");
        simt::failCall(1, cudaErrorInvalidValue);
        gpu->clear(device->get(), 100);
        EXPECT_EQ(gpu->finish().error().code, ErrorCode::Internal);
    }
    EXPECT_EQ(simt::counts().liveAllocations, 0);
    const auto again = opened();
    ASSERT_NE(again, nullptr);
    EXPECT_TRUE(again->finish().has_value());
}

TEST(GpuSession, OfAGpuThatIsKeptByOthersOrClosedSaysWhich) {
    simt::setMachine(
        machineWith({{.name = "Kept", .mode = cudaComputeModeExclusiveProcess, .isTaken = true},
                     {.name = "Own", .mode = cudaComputeModeExclusiveProcess},
                     {.name = "Closed", .mode = cudaComputeModeProhibited}}));
    const auto kept = openGpu(0);
    ASSERT_FALSE(kept.has_value());
    EXPECT_EQ(kept.error().code, ErrorCode::Unsupported);
    EXPECT_NE(kept.error().message.find("GPU 0 (Kept) is kept by another program"),
              std::string::npos)
        << kept.error().message;
    EXPECT_NE(opened(1), nullptr);
    const auto closed = openGpu(2);
    ASSERT_FALSE(closed.has_value());
    EXPECT_NE(closed.error().message.find("GPU 2 (Closed) is closed to all programs"),
              std::string::npos)
        << closed.error().message;
    EXPECT_EQ(cudaDevices()->at(2).problem, closed.error().message);
}

// Whatever call fails: a message or success, and the next session works; that of another process,
// where the GPU was lost.
TEST(GpuSession, SurvivesAFailureOfAnyCall) {
    for (const cudaError_t error : {cudaErrorInvalidValue, cudaErrorLaunchFailure}) {
        for (std::int64_t nth = 1; nth < 40; ++nth) {
            simt::setMachine();
            simt::failCall(nth, error);
            const auto attempt = []() -> Result<void> {
                auto gpu = openGpu(0);
                if (!gpu) return tl::unexpected(gpu.error());
                auto device = (*gpu)->allocate(100, "a test");
                if (!device) return tl::unexpected(device.error());
                (*gpu)->clear(device->get(), 100);
                return (*gpu)->finish();
            };
            bool isLost = false;
            if (const auto done = attempt(); !done) {
                EXPECT_FALSE(done.error().message.empty());
                isLost = done.error().code == ErrorCode::DeviceLost;
            }
            simt::failCall(0, cudaSuccess);  // one that was still to come
            if (isLost) {
                // A list asks on: that one GPU does not answer says nothing of the others.
                EXPECT_LE(simt::counts().callsAfterLoss, nth < 5 ? 4 : 0) << nth;
                simt::setMachine();
            }
            auto again = attempt();
            if (!again && error == cudaErrorLaunchFailure) {  // met where nobody was to be told
                simt::setMachine();
                again = attempt();
            }
            EXPECT_TRUE(again.has_value()) << nth << ": " << again.error().message;
        }
    }
}

// Of a launch that is refused CUDA tells in cudaGetLastError() alone.
TEST(GpuSession, TellsOfALaunchThatFailedWhateverHappensBeforeItIsAsked) {
    const auto launchBadly = [](GpuSession& gpu) {
        const DeviceRun run{.stream = gpu.stream()};
        cuda::launch(doNothing, dim3(1), dim3(2000), 0, run);
    };
    for (const bool runsOut : {false, true}) {
        simt::setMachine(machineWith({{.memoryBytes = 10 * kMegabyte}}));
        const auto gpu = opened();
        auto block = gpu->allocate(100, "a test").value();
        auto pinned = gpu->allocatePinned(100, "a test").value();
        launchBadly(*gpu);
        if (runsOut) {
            EXPECT_FALSE(gpu->allocate(20 * kMegabyte, "a test").has_value());
        } else {
            block.reset();
            pinned.reset();
        }
        const auto finished = gpu->finish();
        ASSERT_FALSE(finished.has_value());
        EXPECT_NE(finished.error().message.find("invalid configuration argument"),
                  std::string::npos)
            << finished.error().message;
    }
}

TEST(GpuSession, TellsOfALaunchThatFailedWhereAnEventIsWaitedForAndWhereItWasToBeRecorded) {
    const auto launchBadly = [](GpuSession& gpu) {
        const DeviceRun run{.stream = gpu.stream()};
        cuda::launch(doNothing, dim3(1), dim3(2000), 0, run);
    };
    simt::setMachine();
    const auto waiting = opened();
    launchBadly(*waiting);
    waiting->record(0);
    const auto waited = waiting->waitFor(0);
    ASSERT_FALSE(waited.has_value());
    EXPECT_NE(waited.error().message.find("invalid configuration argument"), std::string::npos)
        << waited.error().message;

    const auto recording = opened();
    recording->beginCapture();
    launchBadly(*recording);
    const auto graph = recording->endCapture();
    ASSERT_FALSE(graph.has_value()) << "a graph that lacks a launch";
    EXPECT_NE(graph.error().message.find("invalid configuration argument"), std::string::npos)
        << graph.error().message;
}

TEST(GpuSession, GoesOnWhereAGraphFindsNoMemory) {
    simt::setMachine(machineWith({{.memoryBytes = kMegabyte, .graphNodeBytes = 2 * kMegabyte}}));
    const auto gpu = opened();
    const auto device = gpu->allocate(8, "a test");
    gpu->beginCapture();
    gpu->clear(device->get(), 8);
    const auto graph = gpu->endCapture();
    ASSERT_FALSE(graph.has_value());
    EXPECT_EQ(graph.error().code, ErrorCode::OutOfMemory);
    gpu->clear(device->get(), 8);
    EXPECT_TRUE(gpu->finish().has_value());
}

TEST(GpuSession, SleepsWhileItWaits) {
    simt::setMachine({.isLazy = true});
    const auto gpu = opened();
    const auto device = gpu->allocate(100, "a test");
    gpu->clear(device->get(), 100);
    gpu->record(0);
    ASSERT_TRUE(gpu->waitFor(0).has_value());
    gpu->clear(device->get(), 100);
    ASSERT_TRUE(gpu->finish().has_value());
    EXPECT_EQ(simt::counts().spins, 0);
}

TEST(GpuSession, OverlapsLaunchesOfCodeThatCanWaitAlone) {
    simt::setMachine(
        machineWith({{.ptxVersion = 80}, {.major = 12, .minor = 0, .ptxVersion = 120}}));
    EXPECT_FALSE(opened(0)->overlapsLaunches()) << "code for sm_80 on a GPU of 9.0";
    EXPECT_TRUE(opened(1)->overlapsLaunches());
}

TEST(GpuSession, ReplaysWhatItRecordedAsOftenAsWanted) {
    for (const bool isLazy : {false, true}) {
        simt::Machine machine;
        machine.isLazy = isLazy;
        simt::setMachine(machine);
        const auto gpu = opened();
        const auto device = gpu->allocate(8, "a test");
        const auto pinned = gpu->allocatePinned(16, "a test");
        gpu->beginCapture();
        gpu->copyToGpu(device->get(), pinned->get(), 8);
        gpu->copyToHost(pinned->get() + 8, device->get(), 8);
        const auto graph = gpu->endCapture();
        ASSERT_TRUE(graph.has_value());
        for (const int value : {1, 2}) {
            std::memset(pinned->get(), value, 8);
            std::memset(pinned->get() + 8, 0, 8);
            ASSERT_TRUE(gpu->finish().has_value());
            EXPECT_EQ(pinned->get()[15], std::byte{0});  // recorded, not done
            gpu->replay(*graph);
            ASSERT_TRUE(gpu->finish().has_value());
            EXPECT_EQ(pinned->get()[15], static_cast<std::byte>(value));
        }
    }
    EXPECT_EQ(simt::counts().graphLaunches, 2);
    EXPECT_EQ(simt::counts().liveObjects, 0);
}

TEST(GpuLimits, MeasuresMemoryAndTensorCores) {
    simt::setMachine();
    const auto gpu = opened();
    auto limits = GpuLimits::make(*gpu, 1 << 20, 1);
    ASSERT_TRUE(limits.has_value()) << limits.error().message;
    const std::int64_t before = simt::counts().launches;
    for (const auto& rate : {limits->readRate(), limits->tensorRate(TensorArithmetic::BFloat16),
                             limits->tensorRate(TensorArithmetic::Int8)}) {
        ASSERT_TRUE(rate.has_value()) << rate.error().message;
        EXPECT_GT(*rate, 0);
    }
    EXPECT_GT(simt::counts().launches, before + 3);
}

TEST(GpuTransfer, BringsEveryByteThereAndBack) {
    ThreadPool pool(2);
    for (const bool isLazy : {false, true}) {
        simt::Machine machine;
        machine.isLazy = isLazy;
        simt::setMachine(machine);
        const auto gpu = opened();
        auto transfer = GpuTransfer::make(*gpu, pool, 4096);
        ASSERT_TRUE(transfer.has_value());
        for (const std::size_t size : {0U, 1U, 4095U, 4096U, 4097U, 20000U}) {
            const std::vector<std::byte> bytes = numbered(size);
            const auto device = gpu->allocate(size, "a test");
            ASSERT_TRUE(transfer->put(device->get(), bytes, {}).has_value());
            std::vector<std::byte> back;
            const auto got = transfer->get(device->get(), size, [&](auto piece) -> Result<void> {
                back.insert(back.end(), piece.begin(), piece.end());
                return {};
            });
            ASSERT_TRUE(got.has_value());
            EXPECT_EQ(back, bytes) << size;
        }
    }
}

TEST(GpuTransfer, StopsWhenAskedAndWhenItsSinkFails) {
    ThreadPool pool(1);
    simt::setMachine();
    const auto gpu = opened();
    auto transfer = GpuTransfer::make(*gpu, pool, 100);
    const auto device = gpu->allocate(1000, "a test");
    std::stop_source stop;
    stop.request_stop();
    const std::vector<std::byte> bytes = numbered(1000);
    const auto stopped = transfer->put(device->get(), bytes, stop.get_token());
    ASSERT_FALSE(stopped.has_value());
    EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
    int pieces = 0;
    const auto ended = transfer->get(device->get(), 1000, [&](auto) -> Result<void> {
        return ++pieces < 3 ? Result<void>() : failure(ErrorCode::Io, "full");
    });
    ASSERT_FALSE(ended.has_value());
    EXPECT_EQ(ended.error().message, "full");
    EXPECT_EQ(pieces, 3);
}

}  // namespace
}  // namespace dsm
