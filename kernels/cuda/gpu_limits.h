// GPU limits: what the memory and the tensor cores of a GPU do at most, which speeds are a share
// of; measured, not looked up, by the clock of the GPU.
//
//   read   every byte of a buffer once, 16 bytes a thread, many times; the best of a few runs
//   peak   products of fragments that stay in registers, on every multiprocessor
//
// A GPU's own figures hold at clocks it does not keep; these are what it does in this run.
//
// Threads   The session's; uses its events 2 and 3.
// Errors    Those of gpu_session.h.
#pragma once

#include <cstdint>
#include <memory>

#include "kernels/base/result.h"
#include "kernels/cuda/gpu_session.h"

namespace dsm {

enum class TensorArithmetic { BFloat16, Int8 };

class GpuLimits {
  public:
    // Reads `bytes` of the GPU's memory: more than its caches hold. Each warp multiplies `rounds`
    // times eight pairs of fragments.
    static Result<GpuLimits> make(GpuSession& gpu, std::uint64_t bytes, int rounds = 512);

    // Bytes per second.
    Result<double> readRate();
    // Additions and multiplications per second.
    Result<double> tensorRate(TensorArithmetic arithmetic);

  private:
    GpuLimits(GpuSession& gpu, std::uint64_t bytes, int rounds, GpuBlock memory)
        : gpu_(&gpu), bytes_(bytes), rounds_(rounds), memory_(std::move(memory)) {}

    [[maybe_unused]] GpuSession* gpu_;
    [[maybe_unused]] std::uint64_t bytes_;
    [[maybe_unused]] int rounds_;
    GpuBlock memory_;
};

}  // namespace dsm
