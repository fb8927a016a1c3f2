// Weight blocks: the layout of a weight [rows, cols] in 8 bits (Q8) and in 4 bits (Q4).
//
//   weight[r,c] = scale[r, c/32] * level[r,c]
//   level       = Q8: -127 .. 127; Q4: one of kQ4Levels, stored as its index
//
// Rows and columns are interleaved so that an instruction which multiplies four bytes by four bytes
// per lane finds sixteen rows side by side, and so that a row of lanes, read from front to back, is
// one stretch of memory. The layout does not depend on the processor:
//
//   weight = panels of 16 rows, one after the other
//   panel  = tiles of 64 columns
//   tile   = F16 scale[2][16]: block, row | levels of block 0 | levels of block 1
//   block  = 32 columns
//            Q8, 512 bytes: byte (c/4)*64 + r*4 + c%4 is the level, two's complement
//            Q4, 256 bytes: byte (c%16/4)*64 + r*4 + c%4 holds the index; low half c < 16, high
//            half the other columns
//
// Rows and columns that fill up the last panel and tile have scale and levels 0 (Q4: index 0, whose
// product with the scale is 0 as well). 8.5 and 4.5 bits per weight.
//
// The levels of Q4 are not evenly spaced: weights are bell-shaped, so more levels lie near 0. Error
// of bell-shaped weights relative to their size, with the best scale for each: 8.1 % for sixteen
// even levels (4.5 bits), 7.3 % for these (4.5 bits), 6.9 % for even levels with a minimum (5
// bits). tests/golden/q4_levels.py finds the levels and prints these numbers.
//
// Letters   r row in the panel, c column in the block.
// Errors    None. An index outside the weight is the caller's bug (CHECK).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/base/dtype.h"

namespace dsm {

inline constexpr std::int64_t kBlockCols = 32;
inline constexpr std::int64_t kBlockRows = 16;  // of a panel
inline constexpr std::int64_t kTileCols = 2 * kBlockCols;

inline constexpr std::int8_t kQ4Levels[16] = {-127, -97, -76, -59, -45, -32, -20, -8,
                                              2,    12,  23,  34,  47,  63,  81,  103};

constexpr bool isBlocked(DType type) {
    return type == DType::Q8 || type == DType::Q4;
}

constexpr std::int64_t blockPanels(std::int64_t rows) {
    return (rows + kBlockRows - 1) / kBlockRows;
}
constexpr std::int64_t blockTiles(std::int64_t cols) {
    return (cols + kTileCols - 1) / kTileCols;
}
// Blocks of a row, the filling included: an even number.
constexpr std::int64_t blocksOf(std::int64_t cols) {
    return 2 * blockTiles(cols);
}

// Bytes of one block's levels for sixteen rows.
constexpr std::int64_t blockLevelBytes(DType type) {
    return kBlockRows * kBlockCols / (type == DType::Q8 ? 1 : 2);
}
constexpr std::int64_t tileBytes(DType type) {
    return 2 * (kBlockRows * 2 + blockLevelBytes(type));
}
constexpr std::int64_t panelBytes(DType type, std::int64_t cols) {
    return blockTiles(cols) * tileBytes(type);
}
constexpr std::int64_t blockedBytes(DType type, std::int64_t rows, std::int64_t cols) {
    return blockPanels(rows) * panelBytes(type, cols);
}

// The 32 weights of one row of one block: what a quantiser writes and a reader finds.
struct WeightBlock {
    std::uint16_t scale = 0;             // F16
    std::array<std::int8_t, 32> code{};  // Q8: the level; Q4: its index, 0 .. 15
};

// `data` is the whole weight, blockedBytes() of it; block b of row r.
WeightBlock readBlock(DType type, const void* data, std::int64_t cols, std::int64_t row,
                      std::int64_t block);
void writeBlock(DType type, void* data, std::int64_t cols, std::int64_t row, std::int64_t block,
                const WeightBlock& value);

// out[i] = weight[row, 32*block + i] in float32.
void blockWeights(DType type, const void* data, std::int64_t cols, std::int64_t row,
                  std::int64_t block, std::span<float, 32> out);

}  // namespace dsm
