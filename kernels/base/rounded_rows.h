// Rounded rows: the inputs of products with Q8 and Q4 weights, in 8 bits.
//
//   for each 32 columns of a token: scale = max |x| / 127, level[c] = round(x[c] * (127 / max |x|))
//   ties to even; where max |x| is below kLeastRounded, the levels are 0; where it is not finite,
//   neither is the scale, so that it shows
//
// Tokens that are multiplied together lie together, in groups of n <= kRoundedGroup tokens, block
// by block, so that a loop over blocks reads one stretch of memory:
//
//   group   = for each of blocksOf(cols) blocks:
//             int8 level[n][32] | float scale[n] | int32 offset[n]
//   offset  = -128 * sum of the block's levels: what is added where weights are read as level +
//             128, which instructions that want unsigned bytes do
//
// Every token takes roundedRowBytes(cols), so the group that begins with row t begins at
// t * roundedRowBytes(cols). A single token is a group of one.
//
// Threads  Functions may be called from any thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/base/weight_blocks.h"

namespace dsm {

inline constexpr int kRoundedGroup = 12;  // the tokens that fit a processor's registers at once
inline constexpr float kLeastRounded = 1e-30F;  // its reciprocal times 127 is still finite
inline constexpr std::int64_t kRoundedBlockBytes = kBlockCols + 4 + 4;

constexpr std::int64_t roundedRowBytes(std::int64_t cols) {
    return blocksOf(cols) * kRoundedBlockBytes;
}

// What `rows` rounded rows take, up to the next 64-byte boundary.
constexpr std::int64_t roundedBytes(std::int64_t rows, std::int64_t cols) {
    return (rows * roundedRowBytes(cols) + 63) / 64 * 64;
}

// The rounding itself, for any count: writes the levels and returns the scale. Cached keys and
// values (kv_panels.h) are rounded in the same way, a whole head at a time.
float roundToLevels(const float* x, std::int64_t count, std::int8_t* levels);

// One block of one token, the definition in plain code: level[32], scale and offset of the `count`
// <= 32 numbers at x, the rest being 0.
struct RoundedBlock {
    std::int8_t level[kBlockCols];
    float scale;
    std::int32_t offset;
};
RoundedBlock roundBlock(const float* x, std::int64_t count);

}  // namespace dsm
