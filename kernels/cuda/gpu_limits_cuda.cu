#include <algorithm>

#include "kernels/cuda/error_cuda.h"
#include "kernels/cuda/gpu_limits.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/ptx.h"
#include "kernels/cuda/shortest_run.h"

namespace dsm {
namespace {

constexpr int kRuns = 5;

constexpr int kReadThreads = 512;
constexpr int kReadBlocksPerMultiprocessor = 4;
constexpr int kLoads = 4;  // that a thread has under way

// `sums` gets something only where the sum of all that was read is a number it never is: so that
// no load can be left out.
__global__ void __launch_bounds__(kReadThreads)
    readAll(const uint4* data, std::uint64_t count, std::uint32_t* sums) {
    const std::uint64_t stride = std::uint64_t{gridDim.x} * blockDim.x;
    std::uint64_t i = std::uint64_t{blockIdx.x} * blockDim.x + threadIdx.x;
    std::uint32_t sum = 0;
    for (; i + (kLoads - 1) * stride < count; i += kLoads * stride) {
        uint4 loaded[kLoads];
        for (int k = 0; k < kLoads; ++k)
            loaded[k] = data[i + static_cast<std::uint64_t>(k) * stride];
        for (int k = 0; k < kLoads; ++k)
            sum |= loaded[k].x | loaded[k].y | loaded[k].z | loaded[k].w;
    }
    for (; i < count; i += stride)
        sum |= data[i].x;
    if (sum != 0) sums[0] = sum;  // the memory holds zeros
}

constexpr int kMmaThreads = 256;
constexpr int kMmaBlocksPerMultiprocessor = 2;
constexpr int kChains = 8;  // of sums that do not wait for each other

template <TensorArithmetic kArithmetic>
__global__ void __launch_bounds__(kMmaThreads) multiplyAll(int rounds, float* out) {
    using Sum = std::conditional_t<kArithmetic == TensorArithmetic::Int8, int, float>;
    Sum sums[kChains][4] = {};
    const std::uint32_t a[4] = {threadIdx.x, 0, 0, 0};
    const std::uint32_t b[2] = {0, 0};
    for (int round = 0; round < rounds; ++round) {
        for (int chain = 0; chain < kChains; ++chain) {
            if constexpr (kArithmetic == TensorArithmetic::Int8) {
                ptx::mmaS8(sums[chain], a, b);
            } else {
                ptx::mmaBf16(sums[chain], a, b);
            }
        }
    }
    Sum total = 0;
    for (int chain = 0; chain < kChains; ++chain)
        total += sums[chain][0];
    if (total != 0) out[0] = static_cast<float>(total);
}

// Additions and multiplications of one mma of a warp.
constexpr double operationsOf(TensorArithmetic arithmetic) {
    return 2.0 * 16 * 8 * (arithmetic == TensorArithmetic::Int8 ? 32 : 16);
}

int multiprocessorsOf(int device) {
    int count = 1;
    cudaDeviceGetAttribute(&count, cudaDevAttrMultiProcessorCount, device);
    return count;
}

}  // namespace

Result<GpuLimits> GpuLimits::make(GpuSession& gpu, std::uint64_t bytes, int rounds) {
    auto memory = gpu.allocate(bytes, "measuring its memory");
    if (!memory) return tl::unexpected(memory.error());
    gpu.clear(memory->get(), bytes);
    return GpuLimits(gpu, bytes, rounds, std::move(*memory));
}

Result<double> GpuLimits::readRate() {
    gpu_->use();
    const auto blocks = static_cast<unsigned>(kReadBlocksPerMultiprocessor *
                                              multiprocessorsOf(gpu_->device().index));
    const DeviceRun run{.stream = gpu_->stream()};
    const auto seconds = shortestRun(*gpu_, kRuns, [&] {
        cuda::launch(readAll, dim3(blocks), dim3(kReadThreads), 0, run,
                     reinterpret_cast<const uint4*>(memory_.get()), bytes_ / sizeof(uint4),
                     reinterpret_cast<std::uint32_t*>(memory_.get()));
    });
    if (!seconds) return tl::unexpected(seconds.error());
    return static_cast<double>(bytes_) / std::max(*seconds, 1e-9);
}

Result<double> GpuLimits::tensorRate(TensorArithmetic arithmetic) {
    gpu_->use();
    const auto blocks = static_cast<unsigned>(kMmaBlocksPerMultiprocessor *
                                              multiprocessorsOf(gpu_->device().index));
    const DeviceRun run{.stream = gpu_->stream()};
    const auto kernel = arithmetic == TensorArithmetic::Int8
                            ? multiplyAll<TensorArithmetic::Int8>
                            : multiplyAll<TensorArithmetic::BFloat16>;
    const auto seconds = shortestRun(*gpu_, kRuns, [&] {
        cuda::launch(kernel, dim3(blocks), dim3(kMmaThreads), 0, run, rounds_,
                     reinterpret_cast<float*>(memory_.get()));
    });
    if (!seconds) return tl::unexpected(seconds.error());
    const double products = static_cast<double>(rounds_) * kChains * (kMmaThreads / 32) * blocks;
    return products * operationsOf(arithmetic) / std::max(*seconds, 1e-9);
}

}  // namespace dsm
