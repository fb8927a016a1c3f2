// The emulated runtime keeps the rules of CUDA's.
#include "tests/support/simt/runtime.h"

#include <gtest/gtest.h>

#include <functional>
#include <numeric>

namespace {

using simt::Gpu;
using simt::Machine;

class Runtime : public testing::Test {
  protected:
    void SetUp() override { simt::setMachine(); }
    void TearDown() override { simt::setMachine(); }
};

std::vector<int> upTo(int count) {
    std::vector<int> numbers(static_cast<std::size_t>(count));
    std::iota(numbers.begin(), numbers.end(), 0);
    return numbers;
}

__global__ void addOne(int* numbers) {
    numbers[threadIdx.x + blockIdx.x * blockDim.x] += 1;
}

cudaError_t launchAddOne(int* numbers, unsigned blocks, cudaStream_t stream) {
    cudaLaunchConfig_t config;
    config.gridDim = blocks;
    config.blockDim = 32;
    config.stream = stream;
    return cudaLaunchKernelEx(&config, addOne, numbers);
}

TEST_F(Runtime, CopiesThereAndBack) {
    const std::vector<int> numbers = upTo(100);
    int* device = nullptr;
    ASSERT_EQ(cudaMalloc(&device, 400), cudaSuccess);
    EXPECT_EQ(cudaMemcpy(device, numbers.data(), 400, cudaMemcpyHostToDevice), cudaSuccess);
    std::vector<int> back(100);
    EXPECT_EQ(cudaMemcpy(back.data(), device, 400, cudaMemcpyDeviceToHost), cudaSuccess);
    EXPECT_EQ(back, numbers);
    EXPECT_EQ(cudaFree(device), cudaSuccess);
    EXPECT_EQ(simt::counts().liveAllocations, 0);
}

TEST_F(Runtime, RefusesCopiesThatAnAllocationDoesNotHold) {
    std::vector<int> host(200);
    int* device = nullptr;
    ASSERT_EQ(cudaMalloc(&device, 400), cudaSuccess);
    EXPECT_EQ(cudaMemcpy(device, host.data(), 404, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    EXPECT_EQ(cudaMemcpy(host.data(), device, 400, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    EXPECT_EQ(cudaMemset(device + 50, 0, 204), cudaErrorInvalidValue);
    EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidValue);
    EXPECT_EQ(cudaGetLastError(), cudaSuccess);
}

TEST_F(Runtime, GivesAsMuchMemoryAsTheDeviceHas) {
    simt::setMachine({.gpus = {Gpu{.memoryBytes = 1000}}});
    void* first = nullptr;
    void* second = nullptr;
    EXPECT_EQ(cudaMalloc(&first, 600), cudaSuccess);
    EXPECT_EQ(cudaMalloc(&second, 401), cudaErrorMemoryAllocation);
    std::size_t left = 0, total = 0;
    EXPECT_EQ(cudaMemGetInfo(&left, &total), cudaSuccess);
    EXPECT_EQ(left, 400U);
    EXPECT_EQ(total, 1000U);
    EXPECT_EQ(cudaFree(first), cudaSuccess);
    EXPECT_EQ(cudaMalloc(&second, 401), cudaSuccess);
}

TEST_F(Runtime, ListsTheGpusOfTheMachineOrSaysWhyNot) {
    int count = -1;
    simt::setMachine({.gpus = {Gpu{.name = "A", .major = 8}, Gpu{.name = "B"}}});
    EXPECT_EQ(cudaGetDeviceCount(&count), cudaSuccess);
    EXPECT_EQ(count, 2);
    cudaDeviceProp properties;
    EXPECT_EQ(cudaGetDeviceProperties(&properties, 0), cudaSuccess);
    EXPECT_STREQ(properties.name, "A");
    EXPECT_EQ(properties.major, 8);
    EXPECT_EQ(cudaSetDevice(2), cudaErrorInvalidDevice);
    simt::setMachine({.gpus = {}});
    EXPECT_EQ(cudaGetDeviceCount(&count), cudaErrorNoDevice);
    simt::setMachine({.driverVersion = 11080});
    EXPECT_EQ(cudaGetDeviceCount(&count), cudaErrorInsufficientDriver);
    int version = 0;
    EXPECT_EQ(cudaDriverGetVersion(&version), cudaSuccess);
    EXPECT_EQ(version, 11080);
}

TEST_F(Runtime, FailsTheCallThatWasToFail) {
    int device = -1;
    simt::failCall(2, cudaErrorMemoryAllocation);
    EXPECT_EQ(cudaGetDevice(&device), cudaSuccess);
    EXPECT_EQ(cudaGetDevice(&device), cudaErrorMemoryAllocation);
    EXPECT_EQ(cudaGetDevice(&device), cudaSuccess);
}

TEST_F(Runtime, StaysLostForTheLifeOfTheProcess) {
    int device = -1;
    simt::failCall(1, cudaErrorUnknown);
    EXPECT_EQ(cudaGetDevice(&device), cudaErrorUnknown);
    EXPECT_EQ(cudaGetDevice(&device), cudaErrorUnknown);
    EXPECT_EQ(cudaGetLastError(), cudaErrorUnknown);
    EXPECT_EQ(cudaGetLastError(), cudaErrorUnknown);
    EXPECT_EQ(simt::counts().callsAfterLoss, 1);
    simt::setMachine();
    EXPECT_EQ(cudaGetDevice(&device), cudaSuccess);
    EXPECT_EQ(cudaGetLastError(), cudaSuccess);
}

TEST_F(Runtime, RunsALazyStreamOnlyWhenSomebodyWaits) {
    simt::setMachine({.isLazy = true});
    std::vector<int> back(32, -1);
    int* device = nullptr;
    cudaStream_t stream, other;
    cudaEvent_t event;
    ASSERT_EQ(cudaStreamCreate(&stream), cudaSuccess);
    ASSERT_EQ(cudaStreamCreate(&other), cudaSuccess);
    ASSERT_EQ(cudaEventCreate(&event), cudaSuccess);
    ASSERT_EQ(cudaMalloc(&device, 128), cudaSuccess);
    cudaMemsetAsync(device, 0, 128, stream);
    launchAddOne(device, 1, stream);
    cudaEventRecord(event, stream);
    cudaStreamWaitEvent(other, event);
    cudaMemcpyAsync(back.data(), device, 128, cudaMemcpyDeviceToHost, other);
    EXPECT_EQ(cudaStreamQuery(other), cudaErrorNotReady);
    EXPECT_EQ(back.front(), -1);
    EXPECT_EQ(cudaStreamSynchronize(other), cudaSuccess);
    EXPECT_EQ(back, std::vector<int>(32, 1));
}

TEST_F(Runtime, RecordsAGraphAndReplaysIt) {
    std::vector<int> numbers = upTo(64);
    int* device = nullptr;
    cudaStream_t stream;
    cudaGraph_t graph;
    cudaGraphExec_t exec;
    ASSERT_EQ(cudaStreamCreate(&stream), cudaSuccess);
    ASSERT_EQ(cudaMalloc(&device, 256), cudaSuccess);
    cudaMemcpy(device, numbers.data(), 256, cudaMemcpyHostToDevice);
    ASSERT_EQ(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal), cudaSuccess);
    EXPECT_EQ(launchAddOne(device, 2, stream), cudaSuccess);
    ASSERT_EQ(cudaStreamEndCapture(stream, &graph), cudaSuccess);
    EXPECT_EQ(simt::counts().launches, 0);
    std::size_t nodes = 0;
    EXPECT_EQ(cudaGraphGetNodes(graph, nullptr, &nodes), cudaSuccess);
    EXPECT_EQ(nodes, 1U);
    ASSERT_EQ(cudaGraphInstantiate(&exec, graph), cudaSuccess);
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(cudaGraphLaunch(exec, stream), cudaSuccess);
    cudaMemcpy(numbers.data(), device, 256, cudaMemcpyDeviceToHost);
    EXPECT_EQ(numbers[7], 10);
    EXPECT_EQ(simt::counts().launches, 3);
    EXPECT_EQ(cudaGraphExecDestroy(exec), cudaSuccess);
    EXPECT_EQ(cudaGraphDestroy(graph), cudaSuccess);
    EXPECT_EQ(cudaStreamDestroy(stream), cudaSuccess);
    EXPECT_EQ(simt::counts().liveObjects, 0);
}

// What waits or allocates meanwhile is refused, and nothing comes of the recording.
TEST_F(Runtime, BreaksARecordingByACallThatIsRefused) {
    int* device = nullptr;
    cudaStream_t stream;
    ASSERT_EQ(cudaStreamCreate(&stream), cudaSuccess);
    ASSERT_EQ(cudaMalloc(&device, 256), cudaSuccess);
    void* more = nullptr;
    const std::function<cudaError_t()> refused[] = {[&] { return cudaStreamSynchronize(stream); },
                                                    [&] { return cudaMalloc(&more, 1); },
                                                    [&] { return cudaFree(device); }};
    for (const auto& call : refused) {
        cudaGraph_t graph = nullptr;
        ASSERT_EQ(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal), cudaSuccess);
        EXPECT_EQ(launchAddOne(device, 2, stream), cudaSuccess);
        EXPECT_EQ(call(), cudaErrorStreamCaptureUnsupported);
        EXPECT_EQ(cudaStreamEndCapture(stream, &graph), cudaErrorStreamCaptureInvalidated);
        EXPECT_EQ(graph, nullptr);
    }
    EXPECT_EQ(launchAddOne(device, 2, stream), cudaSuccess) << "the stream goes on";
    EXPECT_EQ(cudaStreamSynchronize(stream), cudaSuccess);
    EXPECT_EQ(cudaStreamDestroy(stream), cudaSuccess);
    EXPECT_EQ(simt::counts().liveObjects, 0);
}

TEST_F(Runtime, RefusesLaunchesThatNoGpuRuns) {
    int* device = nullptr;
    ASSERT_EQ(cudaMalloc(&device, 128), cudaSuccess);
    EXPECT_EQ(launchAddOne(device, 0, nullptr), cudaErrorInvalidConfiguration);
    cudaLaunchConfig_t config;
    config.blockDim = 32;
    config.dynamicSmemBytes = 50000;
    EXPECT_EQ(cudaLaunchKernelEx(&config, addOne, device), cudaErrorInvalidConfiguration);
    EXPECT_EQ(cudaFuncSetAttribute(addOne, cudaFuncAttributeMaxDynamicSharedMemorySize, 50000),
              cudaSuccess);
    EXPECT_EQ(cudaMemset(device, 0, 128), cudaSuccess);
    EXPECT_EQ(cudaLaunchKernelEx(&config, addOne, device), cudaSuccess);
}

using RuntimeDeathTest = Runtime;

TEST_F(RuntimeDeathTest, ClosesDeviceMemoryToTheHost) {
    int* device = nullptr;
    ASSERT_EQ(cudaMalloc(&device, 128), cudaSuccess);
    EXPECT_DEATH({ *static_cast<volatile int*>(device) = 1; }, "");
    const simt::OpenMemory open;
    *device = 1;
    EXPECT_EQ(*device, 1);
}

}  // namespace
