// Last block: which of the blocks that share a counter is the last to come, so that it may put
// together what they all wrote.
//
// Device   Counters begin at 0; the last block sets them back to 0 (OpContext).
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

namespace dsm::cuda {

// All threads of the block call it after their last write that others may read; `isLast` lies in
// shared memory. True in the last of `blocks` blocks, which then reads with ptx::loadFresh.
__device__ __forceinline__ bool isLastOf(std::uint32_t* counter, std::uint32_t blocks,
                                         int& isLast) {
    __threadfence();
    __syncthreads();
    if (threadIdx.x == 0) {
        isLast = atomicAdd(counter, 1U) + 1 == blocks ? 1 : 0;
        if (isLast != 0) *counter = 0;
        __threadfence();
    }
    __syncthreads();
    return isLast != 0;
}

}  // namespace dsm::cuda
