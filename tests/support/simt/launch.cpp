// Launches of kernels: what CUDA refuses, and the run.
#include "tests/support/simt/machine.h"

namespace simt {
namespace {

constexpr std::size_t kSharedWithoutAsking = 48 * 1024;
constexpr int kOverlapsFromPtx = 90;

bool isPossible(const cudaLaunchConfig_t& config, const void* kernel, const Gpu& gpu) {
    const dim3 b = config.blockDim;
    const dim3 g = config.gridDim;
    if (std::uint64_t{b.x} * b.y * b.z == 0 || std::uint64_t{b.x} * b.y * b.z > 1024) return false;
    if (std::uint64_t{g.x} * g.y * g.z == 0 || g.x > 0x7fffffffU) return false;
    if (g.y > 65535 || g.z > 65535 || b.z > 64) return false;
    const auto found = state().sharedAllowed.find(kernel);
    const std::size_t allowed =
        found == state().sharedAllowed.end() ? kSharedWithoutAsking : found->second;
    return config.dynamicSmemBytes <= std::max(allowed, kSharedWithoutAsking) &&
           config.dynamicSmemBytes <= gpu.sharedBytes;
}

cudaError_t run(const cudaLaunchConfig_t& config, const std::function<void()>& thread) {
    ++state().counts.launches;
    const OpenMemory open;
    auto fault = runGrid(config.gridDim, config.blockDim, config.dynamicSmemBytes, thread);
    if (!fault) fault = damagedGuard();
    if (!fault) return cudaSuccess;
    if (*fault != kTrapped) report(*fault);
    state().sticky = cudaErrorLaunchFailure;
    return cudaErrorLaunchFailure;
}

}  // namespace

cudaError_t launch(const cudaLaunchConfig_t& config, const void* kernel,
                   std::function<void()> thread) {
    Call call;
    if (call.isRefused()) return call.refusal();
    Stream* queue = streamOf(config.stream);
    if (queue == nullptr) return call.done(cudaErrorInvalidResourceHandle);
    if (!isPossible(config, kernel, gpuOf(queue->device)))
        return call.done(cudaErrorInvalidConfiguration);
    if (config.numAttrs > 0 && gpuOf(queue->device).ptxVersion < kOverlapsFromPtx) {
        report("a launch may begin before the one before it has ended, but its code cannot wait");
        return call.done(cudaErrorLaunchFailure);
    }
    return call.done(
        enqueue(queue, [config, thread = std::move(thread)] { return run(config, thread); }));
}

cudaError_t allowShared(const void* kernel, std::size_t bytes) {
    Call call;
    if (call.isRefused()) return call.refusal();
    if (bytes > gpuOf(currentDevice()).sharedBytes) return call.done(cudaErrorInvalidValue);
    state().sharedAllowed[kernel] = bytes;
    return cudaSuccess;
}

cudaError_t attributesOf(cudaFuncAttributes* attributes) {
    Call call;
    if (call.isRefused()) return call.refusal();
    const Gpu& gpu = gpuOf(currentDevice());
    *attributes = {.ptxVersion = gpu.ptxVersion, .binaryVersion = gpu.major * 10 + gpu.minor};
    return cudaSuccess;
}

cudaError_t activeBlocks(int* blocks, int threads, std::size_t sharedBytes) {
    Call call;
    if (call.isRefused()) return call.refusal();
    const auto byThreads = static_cast<std::size_t>(2048 / threads);
    const std::size_t byShared =
        sharedBytes == 0 ? byThreads : gpuOf(currentDevice()).sharedBytes / sharedBytes;
    *blocks = static_cast<int>(byShared < byThreads ? byShared : byThreads);
    return cudaSuccess;
}

}  // namespace simt
