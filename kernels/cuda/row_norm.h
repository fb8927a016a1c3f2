// The root-mean-square norm of a row (kernels/ops/norm.h), as every kernel that takes normed inputs
// computes it for itself: a row is a few kilobytes in the L2 cache, a launch more would cost
// longer.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "kernels/cuda/device_weight.h"
#include "kernels/cuda/staged_rows.h"

namespace dsm::cuda {

// 1 / sqrt(mean of squares + epsilon), for all threads of the block. In float64, as the reference:
// so that the normed numbers, and what they are rounded to, are the same to the bit.
__device__ __forceinline__ float normScale(const float* x, std::int64_t cols, float epsilon,
                                           double (&partial)[kProductWarps]) {
    double squares = 0;
    for (std::int64_t c = static_cast<std::int64_t>(threadIdx.x); c < cols; c += kProductThreads)
        squares += static_cast<double>(x[c]) * static_cast<double>(x[c]);
    squares = blockSum(squares, partial);
    const double mean = squares / static_cast<double>(cols);
    return static_cast<float>(1.0 / sqrt(mean + static_cast<double>(epsilon)));
}

// Number c of a norm's weight, in F32 or BF16.
__device__ __forceinline__ float normWeight(const DeviceWeight& w, std::int64_t c) {
    if (w.type == DType::F32) return reinterpret_cast<const float*>(w.data)[c];
    return __uint_as_float(std::uint32_t{reinterpret_cast<const std::uint16_t*>(w.data)[c]} << 16U);
}

}  // namespace dsm::cuda
