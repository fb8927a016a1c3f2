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

// Sums of N numbers at once, N a power of two, over the lanes that differ in the bits First .. 16:
// lanes exchange halves of what they hold. Afterwards v[0 .. heldSums) are the sums of the numbers
// from the returned index on. The order of each sum is that of warpSum<First>().
template <int First, int N>
inline constexpr int heldSums = N* First / kWarpLanes > 1 ? N* First / kWarpLanes : 1;

template <int First, int N>
__device__ __forceinline__ int scatterSums(float (&v)[N]) {
    static_assert((N & (N - 1)) == 0);
    int place = 0;
    int held = N;
    DSM_UNROLL
    for (int step = 16; step >= First; step /= 2) {
        if (held == 1) {
            v[0] += __shfl_xor_sync(kAllLanes, v[0], step);
            continue;
        }
        const bool isUpper = (laneIndex() & step) != 0;
        held /= 2;
        if (isUpper) place += held;
        DSM_UNROLL
        for (int i = 0; i < (N > 1 ? N / 2 : 1); ++i) {
            if (i >= held) break;
            const float given = isUpper ? v[i] : v[i + held];
            const float kept = isUpper ? v[i + held] : v[i];
            v[i] = kept + __shfl_xor_sync(kAllLanes, given, step);
        }
    }
    return place;
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
