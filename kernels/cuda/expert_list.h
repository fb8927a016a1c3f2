// Which experts and slots a block works on, from the groups in device memory
// (kernels/ops/expert_groups.h).
//
// Device   Every warp that calls a function does so with all its lanes, and gets the same answer.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "kernels/cuda/reduce.h"

namespace dsm::cuda {

// The index of the nth (from 0) expert that has a token, or -1.
__device__ __forceinline__ int busyExpert(const std::int32_t* begin, int experts, int n) {
    for (int first = 0; first < experts; first += kWarpLanes) {
        const int e = first + laneIndex();
        const bool isBusy = e < experts && begin[e] < begin[e + 1];
        std::uint32_t busy = __ballot_sync(kAllLanes, isBusy);
        if (n >= __popc(busy)) {
            n -= __popc(busy);
            continue;
        }
        for (; n > 0; --n)
            busy &= busy - 1;
        return first + __ffs(busy) - 1;
    }
    return -1;
}

// The expert whose slots hold place i of the sorted slots.
__device__ __forceinline__ int expertOfPlace(const std::int32_t* begin, int experts, int i) {
    int before = 0;
    for (int first = 0; first < experts; first += kWarpLanes) {
        const int e = first + laneIndex();
        before += __popc(__ballot_sync(kAllLanes, e < experts && begin[e + 1] <= i));
    }
    return before;
}

// The place of the nth slot of token t among the sorted slots: its experts come by their index.
// -1 where there is none.
__device__ __forceinline__ int placeOfToken(const std::int32_t* slots, int count, int active, int t,
                                            int n) {
    for (int first = 0; first < count; first += kWarpLanes) {
        const int i = first + laneIndex();
        std::uint32_t own = __ballot_sync(kAllLanes, i < count && slots[i] / active == t);
        if (n >= __popc(own)) {
            n -= __popc(own);
            continue;
        }
        for (; n > 0; --n)
            own &= own - 1;
        return first + __ffs(own) - 1;
    }
    return -1;
}

}  // namespace dsm::cuda
