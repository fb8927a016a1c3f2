// Levels of Q4 and NF4 on the device: from their indices, four or one at a time.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "kernels/base/nf4.h"
#include "kernels/base/weight_blocks.h"

namespace dsm::cuda {

// Four levels of Q4, from index `first` on, as the bytes of a word.
constexpr std::uint32_t packedQ4Levels(int first) {
    std::uint32_t word = 0;
    for (int i = 0; i < 4; ++i) {
        word |= (static_cast<std::uint32_t>(kQ4Levels[first + i]) & 0xffU) << (8 * i);
    }
    return word;
}

// The levels of eight indices: those in the low halves of the four bytes, and those in the high.
// A byte permutation looks four indices of three bits up in eight bytes; the fourth bit chooses
// between two such results.
struct Q4Pair {
    std::uint32_t low, high;
};
__device__ __forceinline__ Q4Pair q4Levels(std::uint32_t indices) {
    constexpr std::uint32_t kTable0 = packedQ4Levels(0), kTable1 = packedQ4Levels(4);
    constexpr std::uint32_t kTable2 = packedQ4Levels(8), kTable3 = packedQ4Levels(12);
    // Per index: its place 0 .. 3 in the word, + 4 where its fourth bit is set.
    const std::uint32_t choose = 0x32103210U | (indices & 0x88888888U) >> 1U;
    const std::uint32_t firstFour = __byte_perm(__byte_perm(kTable0, kTable1, indices),
                                                __byte_perm(kTable2, kTable3, indices), choose);
    const std::uint32_t lastFour =
        __byte_perm(__byte_perm(kTable0, kTable1, indices >> 16U),
                    __byte_perm(kTable2, kTable3, indices >> 16U), choose >> 16U);
    // Indices alternate: even ones are the low halves.
    return {__byte_perm(firstFour, lastFour, 0x6420U), __byte_perm(firstFour, lastFour, 0x7531U)};
}

// In memory for constants: as a table of a function's own it would lie in each thread's memory.
namespace {
__constant__ float kDeviceNf4Levels[16] = {
    kNf4Levels[0],  kNf4Levels[1],  kNf4Levels[2],  kNf4Levels[3], kNf4Levels[4],  kNf4Levels[5],
    kNf4Levels[6],  kNf4Levels[7],  kNf4Levels[8],  kNf4Levels[9], kNf4Levels[10], kNf4Levels[11],
    kNf4Levels[12], kNf4Levels[13], kNf4Levels[14], kNf4Levels[15]};
}  // namespace

// For the first sixteen threads of a block, to fill a table in shared memory from.
__device__ __forceinline__ float nf4Level(int index) {
    return kDeviceNf4Levels[index];
}

}  // namespace dsm::cuda
