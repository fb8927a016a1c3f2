// The root-mean-square norm of a row (kernels/ops/norm.h), as every kernel that takes normed inputs
// computes it for itself: a row is a few kilobytes in the L2 cache, a launch more would cost
// longer.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "kernels/cuda/device_weight.h"
#include "kernels/cuda/staged_rows.h"

namespace dsm::cuda {

// A number of about 48 bits as the sum of two floats, of which the first is the nearest to it:
// consumer GPUs have a 64th of the throughput in float64.
struct FloatPair {
    float high = 0;
    float low = 0;
};

// Source  Knuth's and Dekker's exact sums (TAOCP 4.2.2; Dekker 1971).
__device__ __forceinline__ FloatPair sumOf(FloatPair a, FloatPair b) {
    const float sum = __fadd_rn(a.high, b.high);
    const float part = __fsub_rn(sum, a.high);
    const float error = __fadd_rn(__fsub_rn(a.high, __fsub_rn(sum, part)), __fsub_rn(b.high, part));
    const float low = __fadd_rn(error, __fadd_rn(a.low, b.low));
    const float high = __fadd_rn(sum, low);
    return {high, __fsub_rn(low, __fsub_rn(high, sum))};
}
__device__ __forceinline__ FloatPair productOf(float a, float b) {
    const float high = __fmul_rn(a, b);
    return {high, __fmaf_rn(a, b, -high)};
}
__device__ __forceinline__ FloatPair productOf(FloatPair a, float b) {
    const FloatPair product = productOf(a.high, b);
    return {product.high, __fmaf_rn(a.low, b, product.low)};
}
__device__ __forceinline__ FloatPair quotientOf(FloatPair a, float b) {
    const float high = __fdiv_rn(a.high, b);
    const float rest = __fadd_rn(__fmaf_rn(-high, b, a.high), a.low);
    return sumOf({high, 0.0F}, {__fdiv_rn(rest, b), 0.0F});
}
// 1 / sqrt(a): one step of Newton's from the nearest float on, whose error it squares.
__device__ __forceinline__ float inverseRootOf(FloatPair a) {
    const float root = __fdiv_rn(1.0F, __fsqrt_rn(a.high));
    const float square = __fmul_rn(root, root);
    const float ofSquare = __fmaf_rn(root, root, -square);
    const float product = __fmul_rn(a.high, square);
    // 1 - a * root^2, of which 1 - product is exact.
    float rest = __fsub_rn(1.0F, product);
    rest = __fsub_rn(rest, __fmaf_rn(a.high, square, -product));
    rest = __fsub_rn(rest, __fmaf_rn(a.high, ofSquare, __fmul_rn(a.low, square)));
    return __fmaf_rn(__fmul_rn(0.5F, root), rest, root);
}

// Over a block, which all of its threads call; in a fixed order.
__device__ __forceinline__ FloatPair blockSum(FloatPair value,
                                              FloatPair (&partial)[kProductWarps]) {
    DSM_UNROLL
    for (int step = 16; step > 0; step /= 2) {
        const FloatPair other{__shfl_xor_sync(kAllLanes, value.high, step),
                              __shfl_xor_sync(kAllLanes, value.low, step)};
        value = sumOf(value, other);
    }
    __syncthreads();  // of the call before this one
    if (laneIndex() == 0) partial[warpIndex()] = value;
    __syncthreads();
    FloatPair sum = partial[0];
    DSM_UNROLL
    for (int w = 1; w < kProductWarps; ++w)
        sum = sumOf(sum, partial[w]);
    return sum;
}

// 1 / sqrt(mean of squares + epsilon), for all threads of the block. To the bit as the reference's in
// float64, but where that lies within 2^-20 of the middle between two floats: so that the normed
// numbers, and what they are rounded to, are the same.
__device__ __forceinline__ float normScale(const float* x, std::int64_t cols, float epsilon,
                                           FloatPair (&partial)[kProductWarps]) {
    FloatPair squares;
    for (std::int64_t c = static_cast<std::int64_t>(threadIdx.x); c < cols; c += kProductThreads)
        squares = sumOf(squares, productOf(x[c], x[c]));
    const FloatPair mean = quotientOf(blockSum(squares, partial), static_cast<float>(cols));
    return inverseRootOf(sumOf(mean, {epsilon, 0.0F}));
}

// Number c of a norm's weight, in F32 or BF16.
__device__ __forceinline__ float normWeight(const DeviceWeight& w, std::int64_t c) {
    if (w.type == DType::F32) return reinterpret_cast<const float*>(w.data)[c];
    return __uint_as_float(std::uint32_t{reinterpret_cast<const std::uint16_t*>(w.data)[c]} << 16U);
}

}  // namespace dsm::cuda
