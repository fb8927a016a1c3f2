// Sums and maxima over warps and blocks, in an order that depends on nothing but their size.
#pragma once

#include <cuda_runtime.h>

#include "kernels/cuda/ptx.h"

namespace dsm::cuda {

inline constexpr int kWarpLanes = 32;
inline constexpr unsigned kAllLanes = 0xffffffffU;

__device__ __forceinline__ int laneIndex() {
    return static_cast<int>(threadIdx.x) % kWarpLanes;
}
__device__ __forceinline__ int warpIndex() {
    return static_cast<int>(threadIdx.x) / kWarpLanes;
}

// Over the lanes whose numbers differ in the bits First .. 16 only; every lane gets the result.
template <int First = 1, class T>
__device__ __forceinline__ T warpSum(T value) {
    DSM_UNROLL
    for (int step = 16; step >= First; step /= 2)
        value += __shfl_xor_sync(kAllLanes, value, step);
    return value;
}
template <class T>
__device__ __forceinline__ T warpMax(T value) {
    DSM_UNROLL
    for (int step = 16; step > 0; step /= 2) {
        const T other = __shfl_xor_sync(kAllLanes, value, step);
        value = other > value ? other : value;
    }
    return value;
}

// Over a block of Warps warps, which all call it; `partial` holds a number of each warp.
template <int Warps, class T>
__device__ __forceinline__ T blockSum(T value, T (&partial)[Warps]) {
    value = warpSum(value);
    __syncthreads();  // of the call before this one
    if (laneIndex() == 0) partial[warpIndex()] = value;
    __syncthreads();
    T sum = partial[0];
    DSM_UNROLL
    for (int w = 1; w < Warps; ++w)
        sum += partial[w];
    return sum;
}

}  // namespace dsm::cuda
