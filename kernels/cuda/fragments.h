// Fragments: numbers in bfloat16, and the operands of an mma from shared memory.
//
// Letters  operand(i, k) of a product: i its row (of the right operand, the product's column), k the
//          number of the sum. `Along` memory has [i][k], across [k][i], rows `stride` apart.
// Device   All lanes of a warp call a load.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "kernels/base/dtype.h"
#include "kernels/cuda/reduce.h"

namespace dsm::cuda {

__device__ __forceinline__ std::uint32_t packBf16(float first, float second) {
    return toBFloat16(first).bits | std::uint32_t{toBFloat16(second).bits} << 16U;
}
// What a bfloat16 leaves out of x.
__device__ __forceinline__ float restOf(float x) {
    return x - toFloat(toBFloat16(x));
}
__device__ __forceinline__ uint4 packEight(const float (&x)[8]) {
    return make_uint4(packBf16(x[0], x[1]), packBf16(x[2], x[3]), packBf16(x[4], x[5]),
                      packBf16(x[6], x[7]));
}

// The left operand of an mma: (i .. i + 15, k .. k + 15).
__device__ __forceinline__ void loadLeft(std::uint32_t (&out)[4], const std::uint16_t* from,
                                         int stride, bool isAcross, int i, int k) {
    const int within = laneIndex() % 8;
    const int near = laneIndex() / 8 % 2 * 8;
    const int far = laneIndex() / 16 * 8;
    if (isAcross) {
        ptx::loadMatrix4Transposed(out, from + (k + far + within) * stride + i + near);
    } else {
        ptx::loadMatrix4(out, from + (i + near + within) * stride + k + far);
    }
}
// The right operands of two: out[0], out[1] of (i .. i + 7), out[2], out[3] of (i + 8 .. i + 15).
__device__ __forceinline__ void loadRight(std::uint32_t (&out)[4], const std::uint16_t* from,
                                          int stride, bool isAcross, int i, int k) {
    const int within = laneIndex() % 8;
    const int near = laneIndex() / 8 % 2 * 8;
    const int far = laneIndex() / 16 * 8;
    if (isAcross) {
        ptx::loadMatrix4Transposed(out, from + (k + near + within) * stride + i + far);
    } else {
        ptx::loadMatrix4(out, from + (i + far + within) * stride + k + near);
    }
}
// sums += left right for the two right operands of loadRight().
__device__ __forceinline__ void multiplyPair(float (&first)[4], float (&second)[4],
                                             const std::uint32_t (&left)[4],
                                             const std::uint32_t (&right)[4]) {
    const std::uint32_t one[2] = {right[0], right[1]};
    const std::uint32_t two[2] = {right[2], right[3]};
    ptx::mmaBf16(first, left, one);
    ptx::mmaBf16(second, left, two);
}

}  // namespace dsm::cuda
