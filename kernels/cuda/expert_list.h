// Which experts and slots a block works on, from the groups in device memory
// (kernels/ops/expert_groups.h).
//
// Before a kernel waits for the launches before it, the groups may be looked at for what to fetch
// ahead, past the L1 cache (Fresh): the launch that made them is over then, since the one in
// between let this one begin only after it had waited for it. What was found so is a hint all the
// same: the kernel looks again after its own wait, before which a line in L1 could still be an
// older one.
//
// Device   Every warp that calls a function does so with all its lanes, and gets the same answer.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "kernels/cuda/reduce.h"

namespace dsm::cuda {

struct Settled {
    __device__ std::int32_t operator()(const std::int32_t* p) const { return *p; }
};
struct Fresh {
    __device__ std::int32_t operator()(const std::int32_t* p) const { return ptx::loadFresh(p); }
};

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

// The expert whose slots hold place i of the sorted slots; `experts` where none does.
template <class Load = Settled>
__device__ __forceinline__ int expertOfPlace(const std::int32_t* begin, int experts, int i) {
    int before = 0;
    for (int first = 0; first < experts; first += kWarpLanes) {
        const int e = first + laneIndex();
        before += __popc(__ballot_sync(kAllLanes, e < experts && Load()(begin + e + 1) <= i));
    }
    return before;
}

// The place of the nth slot of token t among the sorted slots: its experts come by their index.
// -1 where there is none.
template <class Load = Settled>
__device__ __forceinline__ int placeOfToken(const std::int32_t* slots, int count, int active, int t,
                                            int n) {
    for (int first = 0; first < count; first += kWarpLanes) {
        const int i = first + laneIndex();
        std::uint32_t own = __ballot_sync(kAllLanes, i < count && Load()(slots + i) / active == t);
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
