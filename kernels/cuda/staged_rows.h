// Staged rows: a stretch of columns of a few tokens' inputs in shared memory, ready to meet
// weights: as float32, or rounded (rounded_rows.h) where the weights are in Q8 or Q4.
//
// Letters  kStageCols columns a stretch, Tokens rows; what does not exist is 0.
// Device   All threads of a block of kProductWarps warps call stage(), between two barriers.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "kernels/base/rounded_rows.h"
#include "kernels/cuda/reduce.h"

namespace dsm::cuda {

inline constexpr int kProductWarps = 8;
inline constexpr int kProductThreads = kProductWarps * kWarpLanes;
inline constexpr int kStageCols = 2048;

template <bool IsBlocked, int Tokens>
struct StagedRows;

template <int Tokens>
struct StagedRows<false, Tokens> {
    alignas(16) float number[Tokens][kStageCols];
};

template <int Tokens>
struct StagedRows<true, Tokens> {
    alignas(16) std::uint32_t levels[Tokens][kStageCols / 4];  // four to a word
    float scale[Tokens][kStageCols / kBlockCols];
};

// Numbers to levels of 8 bits by the definition of rounded_rows.h.
struct Rounding {
    float inverse;  // 0 where the levels are 0
    float scale;

    // `most` holds the bits of the largest magnitude: as whole numbers they compare like floats,
    // and what is not finite is the largest.
    __device__ static Rounding of(std::uint32_t most) {
        const float largest = __uint_as_float(most);
        const bool counts = largest >= kLeastRounded && most < 0x7f800000U;
        return {counts ? 127.0F / largest : 0.0F, largest / 127.0F};
    }
    __device__ int level(float x) const {
        return inverse == 0.0F ? 0 : static_cast<int>(rintf(x * inverse));
    }
};

__device__ __forceinline__ std::uint32_t magnitudeBits(float x) {
    return __float_as_uint(x) & 0x7fffffffU;
}

// number(t, c) gives column c of token t, c from `begin` on; `cols` columns exist in all.
template <int Tokens, class Number>
__device__ void stage(StagedRows<false, Tokens>& staged, std::int64_t begin, std::int64_t cols,
                      const Number& number) {
    for (int i = static_cast<int>(threadIdx.x); i < Tokens * kStageCols; i += kProductThreads) {
        const int t = i / kStageCols;
        const std::int64_t c = begin + i % kStageCols;
        staged.number[t][i % kStageCols] = c < cols ? number(t, c) : 0.0F;
    }
}

// Eight lanes share a block, each with four columns.
template <int Tokens, class Number>
__device__ void stage(StagedRows<true, Tokens>& staged, std::int64_t begin, std::int64_t cols,
                      const Number& number) {
    constexpr int kWords = kStageCols / 4;
    const std::int64_t left = blocksOf(cols) * kBlockCols - begin;
    const int words = left < kStageCols ? static_cast<int>(left) / 4 : kWords;
    for (int i = static_cast<int>(threadIdx.x); i / words < Tokens; i += kProductThreads) {
        const int t = i / words;
        const int word = i % words;
        float x[4];
        std::uint32_t most = 0;
        DSM_UNROLL
        for (int j = 0; j < 4; ++j) {
            const std::int64_t c = begin + 4 * word + j;
            x[j] = c < cols ? number(t, c) : 0.0F;
            most = magnitudeBits(x[j]) > most ? magnitudeBits(x[j]) : most;
        }
        // The words of a stretch are a multiple of 16: its eight lanes are here together.
        const unsigned eight = 0xffU << (laneIndex() & ~7);
        DSM_UNROLL
        for (int step = 4; step > 0; step /= 2) {
            const std::uint32_t other = __shfl_xor_sync(eight, most, step);
            most = other > most ? other : most;
        }
        const Rounding rounding = Rounding::of(most);
        std::uint32_t levels = 0;
        DSM_UNROLL
        for (int j = 0; j < 4; ++j)
            levels |= (static_cast<std::uint32_t>(rounding.level(x[j])) & 0xffU) << (8 * j);
        staged.levels[t][word] = levels;
        if (word % 8 == 0) staged.scale[t][word / 8] = rounding.scale;
    }
}

// body(begin, end) for each stretch of the inputs, staged.
template <class Staged, class Number, class Body>
__device__ void eachStretch(Staged& staged, std::int64_t cols, const Number& number,
                            const Body& body) {
    for (std::int64_t begin = 0; begin < cols; begin += kStageCols) {
        __syncthreads();
        stage(staged, begin, cols, number);
        __syncthreads();
        body(begin, cols - begin < kStageCols ? cols : begin + kStageCols);
    }
}

}  // namespace dsm::cuda
