// Tile products: many tokens times a weight, on tensor cores. A block takes 128 rows and 64 tokens;
// each warp has the sixteen rows of one panel, whose weights nobody else in the block reads, so
// they go from memory to registers; the tokens' inputs are staged for all warps, 64 columns at a
// time, the next ones being under way meanwhile.
//
//   Q8, Q4     s8 x s8: exactly the products of the rounded inputs (rounded_rows.h), block after
//              block, which is how the reference adds them up
//   BF16, NF4  bf16 x bf16 with float32 sums; an input is the sum of two bfloat16 (16 bits of it),
//              and so is a weight of NF4. What is left out is below 2^-16 of a product.
//
// A panel of Q8 or Q4 (weight_blocks.h) is an mma's left operand as it is stored. Of plain types a
// lane reads eight neighbours; the order in which columns meet is the same on both sides.
//
// Letters  g = lane / 4, i = lane % 4 of a fragment (ptx.h).
// Device   All threads of a block of kProductWarps warps call multiplyTiles().
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "kernels/base/dtype.h"
#include "kernels/cuda/device_weight.h"
#include "kernels/cuda/fragments.h"
#include "kernels/cuda/levels.h"
#include "kernels/cuda/staged_rows.h"

namespace dsm::cuda {

inline constexpr int kTileTokens = 64;                // of a block
inline constexpr int kTileRows = kProductWarps * 16;  // of a block
inline constexpr int kTokenGroups = kTileTokens / 8;  // the right operands of a warp's mmas
inline constexpr int kTileWidth = static_cast<int>(kTileCols);
inline constexpr int kThreadFours = kTileTokens * kTileWidth / 4 / kProductThreads;

// Weights that have a path here; those of float32 stay with panel_product.h.
constexpr bool hasTiles(DType type) {
    return type != DType::F32;
}
// Up to so many tokens a panel product reads less.
inline constexpr std::int64_t kPanelTokens = 8;

template <bool IsBlocked>
struct TileShared;

template <>
struct TileShared<true> {
    // Rows are four words apart from a multiple of 32, so that eight rows meet no bank twice.
    std::uint32_t levels[kTileTokens][kTileWidth / 4 + 4];
    float scale[kTileTokens][2];
    __device__ void prepare() {}
};
template <>
struct TileShared<false> {
    alignas(16) std::uint16_t high[kTileTokens][kTileWidth + 8];
    alignas(16) std::uint16_t low[kTileTokens][kTileWidth + 8];
    float nf4[16];
    __device__ void prepare() {
        if (threadIdx.x < 16) nf4[threadIdx.x] = nf4Level(static_cast<int>(threadIdx.x));
    }
};

// ---- Inputs -------------------------------------------------------------------------------------

// The inputs of one tile of columns that a thread brings: four neighbours, kThreadFours times.
class TileInputs {
  public:
    // row(t) is where the numbers of token t < count begin.
    template <class Row>
    __device__ void load(const Row& row, int count, std::int64_t begin, std::int64_t cols) {
        DSM_UNROLL
        for (int n = 0; n < kThreadFours; ++n) {
            const int t = token(n);
            const std::int64_t c = begin + column(n);
            DSM_UNROLL
            for (int j = 0; j < 4; ++j)
                number_[n][j] = t < count && c + j < cols ? row(t)[c + j] : 0.0F;
        }
    }

    // Sixteen threads have a row, eight of them a block: they find its largest together.
    __device__ void store(TileShared<true>& shared) const {
        DSM_UNROLL
        for (int n = 0; n < kThreadFours; ++n) {
            std::uint32_t most = 0;
            DSM_UNROLL
            for (const float x : number_[n])
                most = magnitudeBits(x) > most ? magnitudeBits(x) : most;
            DSM_UNROLL
            for (int step = 4; step > 0; step /= 2) {
                const std::uint32_t other = __shfl_xor_sync(kAllLanes, most, step);
                most = other > most ? other : most;
            }
            const Rounding rounding = Rounding::of(most);
            std::uint32_t levels = 0;
            DSM_UNROLL
            for (int j = 0; j < 4; ++j) {
                const auto level = static_cast<std::uint32_t>(rounding.level(number_[n][j]));
                levels |= (level & 0xffU) << (8 * j);
            }
            shared.levels[token(n)][column(n) / 4] = levels;
            if (column(n) % kBlockCols == 0)
                shared.scale[token(n)][column(n) / kBlockCols] = rounding.scale;
        }
    }

    __device__ void store(TileShared<false>& shared) const {
        DSM_UNROLL
        for (int n = 0; n < kThreadFours; ++n) {
            const float(&x)[4] = number_[n];
            auto* high = reinterpret_cast<uint2*>(&shared.high[token(n)][column(n)]);
            auto* low = reinterpret_cast<uint2*>(&shared.low[token(n)][column(n)]);
            *high = make_uint2(packBf16(x[0], x[1]), packBf16(x[2], x[3]));
            *low = make_uint2(packBf16(restOf(x[0]), restOf(x[1])),
                              packBf16(restOf(x[2]), restOf(x[3])));
        }
    }

  private:
    static constexpr int kRowThreads = kTileWidth / 4;
    __device__ static int token(int n) {
        return (static_cast<int>(threadIdx.x) + n * kProductThreads) / kRowThreads;
    }
    __device__ static int column(int n) {
        return (static_cast<int>(threadIdx.x) + n * kProductThreads) % kRowThreads * 4;
    }

    float number_[kThreadFours][4];
};

// ---- Products -----------------------------------------------------------------------------------

// A warp's sixteen rows times the block's tokens.
struct TileSums {
    float sum[kTokenGroups][4] = {};

    // put(t, r, value): token t < count, row r < 16.
    template <class Put>
    __device__ void each(int count, const Put& put) const {
        DSM_UNROLL
        for (int n = 0; n < kTokenGroups; ++n) {
            DSM_UNROLL
            for (int j = 0; j < 4; ++j) {
                const int t = n * 8 + laneIndex() % 4 * 2 + j % 2;
                if (t < count) put(t, laneIndex() / 4 + j / 2 * 8, sum[n][j]);
            }
        }
    }
    // put(t, r, value, the other's value)
    template <class Put>
    __device__ void eachWith(const TileSums& other, int count, const Put& put) const {
        DSM_UNROLL
        for (int n = 0; n < kTokenGroups; ++n) {
            DSM_UNROLL
            for (int j = 0; j < 4; ++j) {
                const int t = n * 8 + laneIndex() % 4 * 2 + j % 2;
                if (t < count) put(t, laneIndex() / 4 + j / 2 * 8, sum[n][j], other.sum[n][j]);
            }
        }
    }
};

template <bool IsBlocked>
class TileWeights;

template <>
class TileWeights<true> {
  public:
    __device__ void load(const DeviceWeight& w, std::int64_t row, int tile,
                         const TileShared<true>&) {
        const std::uint8_t* p =
            w.data + row / 16 * panelBytes(w.type, w.cols) + tile * tileBytes(w.type);
        const int g = laneIndex() / 4;
        const int i = laneIndex() % 4;
        DSM_UNROLL
        for (int half = 0; half < 2; ++half) {
            const auto* scales = reinterpret_cast<const std::uint16_t*>(p) + half * 16;
            scale_[half][0] = ptx::halfToFloat(scales[g]);
            scale_[half][1] = ptx::halfToFloat(scales[g + 8]);
            const auto* words =
                reinterpret_cast<const std::uint32_t*>(p + 64 + half * blockLevelBytes(w.type));
            if (w.type == DType::Q8) {
                levels_[half][0] = words[i * 16 + g];
                levels_[half][1] = words[i * 16 + g + 8];
                levels_[half][2] = words[(i + 4) * 16 + g];
                levels_[half][3] = words[(i + 4) * 16 + g + 8];
            } else {
                const Q4Pair upper = q4Levels(words[i * 16 + g]);
                const Q4Pair lower = q4Levels(words[i * 16 + g + 8]);
                levels_[half][0] = upper.low;
                levels_[half][1] = lower.low;
                levels_[half][2] = upper.high;
                levels_[half][3] = lower.high;
            }
        }
    }

    __device__ void multiply(const TileShared<true>& in, int count, TileSums& sums) const {
        const int g = laneIndex() / 4;
        const int i = laneIndex() % 4;
        DSM_UNROLL
        for (int half = 0; half < 2; ++half) {
            DSM_UNROLL
            for (int n = 0; n < kTokenGroups; ++n) {
                if (n * 8 >= count) break;
                const std::uint32_t(&x)[kTileWidth / 4 + 4] = in.levels[n * 8 + g];
                const std::uint32_t right[2] = {x[half * 8 + i], x[half * 8 + i + 4]};
                int products[4] = {};
                ptx::mmaS8(products, levels_[half], right);
                DSM_UNROLL
                for (int j = 0; j < 4; ++j) {
                    const float scale = scale_[half][j / 2] * in.scale[n * 8 + 2 * i + j % 2][half];
                    sums.sum[n][j] = fmaf(static_cast<float>(products[j]), scale, sums.sum[n][j]);
                }
            }
        }
    }

  private:
    std::uint32_t levels_[2][4];
    float scale_[2][2];
};

template <>
class TileWeights<false> {
  public:
    // Of each of two rows and two halves of the tile, eight neighbours.
    __device__ void load(const DeviceWeight& w, std::int64_t row, int tile,
                         const TileShared<false>& shared) {
        isSplit_ = w.type == DType::NF4;
        DSM_UNROLL
        for (int part = 0; part < 4; ++part) {
            const std::int64_t r = row + laneIndex() / 4 + part % 2 * 8;
            const std::int64_t c =
                std::int64_t{tile} * kTileWidth + part / 2 * 32 + laneIndex() % 4 * 8;
            loadEight(w, r, c, shared, part);
        }
    }

    __device__ void multiply(const TileShared<false>& in, int count, TileSums& sums) const {
        DSM_UNROLL
        for (int half = 0; half < 2; ++half) {
            const int c = half * 32 + laneIndex() % 4 * 8;
            DSM_UNROLL
            for (int n = 0; n < kTokenGroups; ++n) {
                if (n * 8 >= count) break;
                const int t = n * 8 + laneIndex() / 4;
                const uint4 high = *reinterpret_cast<const uint4*>(&in.high[t][c]);
                const uint4 low = *reinterpret_cast<const uint4*>(&in.low[t][c]);
                multiplySteps(half, high, low, sums.sum[n]);
            }
        }
    }

  private:
    __device__ void loadEight(const DeviceWeight& w, std::int64_t r, std::int64_t c,
                              const TileShared<false>& shared, int part) {
        if (r < w.rows && c < w.cols && w.cols % 8 == 0 && w.type == DType::BF16) {
            const uint4 words = ptx::loadOnce16(w.data + (r * w.cols + c) * 2);
            high_[part][0] = words.x;
            high_[part][1] = words.y;
            high_[part][2] = words.z;
            high_[part][3] = words.w;
            return;
        }
        DSM_UNROLL
        for (int j = 0; j < 4; ++j) {
            const float first = numberAt(w, r, c + 2 * j, shared);
            const float second = numberAt(w, r, c + 2 * j + 1, shared);
            high_[part][j] = packBf16(first, second);
            low_[part][j] = packBf16(restOf(first), restOf(second));
        }
    }
    // One number; 0 outside of the weight.
    __device__ static float numberAt(const DeviceWeight& w, std::int64_t r, std::int64_t c,
                                     const TileShared<false>& shared) {
        if (r >= w.rows || c >= w.cols) return 0.0F;
        const std::int64_t k = r * w.cols + c;
        if (w.type == DType::BF16)
            return toFloat(BFloat16{reinterpret_cast<const std::uint16_t*>(w.data)[k]});
        const std::uint8_t byte = w.data[k / 2];
        return shared.nf4[k % 2 == 0 ? byte >> 4U : byte & 0xfU] * w.scaleOf(k / kNf4BlockWeights);
    }

    __device__ void multiplySteps(int half, const uint4& high, const uint4& low,
                                  float (&sum)[4]) const {
        const std::uint32_t highs[4] = {high.x, high.y, high.z, high.w};
        const std::uint32_t lows[4] = {low.x, low.y, low.z, low.w};
        const int part = 2 * half;
        DSM_UNROLL
        for (int s = 0; s < 4; s += 2) {
            const std::uint32_t left[4] = {high_[part][s], high_[part + 1][s], high_[part][s + 1],
                                           high_[part + 1][s + 1]};
            const std::uint32_t right[2] = {highs[s], highs[s + 1]};
            const std::uint32_t rightRest[2] = {lows[s], lows[s + 1]};
            ptx::mmaBf16(sum, left, right);
            ptx::mmaBf16(sum, left, rightRest);
            if (!isSplit_) continue;
            const std::uint32_t leftRest[4] = {low_[part][s], low_[part + 1][s], low_[part][s + 1],
                                               low_[part + 1][s + 1]};
            ptx::mmaBf16(sum, leftRest, right);
        }
    }

    std::uint32_t high_[4][4];
    std::uint32_t low_[4][4];
    bool isSplit_;
};

// sums[p] = the sixteen rows from `row` on, this warp's own, of weight[p] times the `count` tokens
// that row(t) begins. Rows beyond the weight give nothing.
template <bool IsBlocked, int Products, class Row>
__device__ void multiplyTiles(TileShared<IsBlocked>& shared, const DeviceWeight (&weight)[Products],
                              std::int64_t row, int count, const Row& tokenRow,
                              TileSums (&sums)[Products]) {
    shared.prepare();
    __syncthreads();
    const std::int64_t cols = weight[0].cols;
    const int tiles = static_cast<int>(blockTiles(cols));
    if (tiles == 0) return;
    const bool isBusy = row < weight[0].rows;
    TileInputs inputs;
    TileWeights<IsBlocked> weights[Products];
    const auto load = [&](int tile) {
        inputs.load(tokenRow, count, std::int64_t{tile} * kTileWidth, cols);
        DSM_UNROLL
        for (int p = 0; p < Products; ++p) {
            if (isBusy) weights[p].load(weight[p], row, tile, shared);
        }
    };
    load(0);
    for (int tile = 0; tile < tiles; ++tile) {
        __syncthreads();
        inputs.store(shared);
        __syncthreads();
        TileWeights<IsBlocked> now[Products];
        DSM_UNROLL
        for (int p = 0; p < Products; ++p)
            now[p] = weights[p];
        if (tile + 1 < tiles) load(tile + 1);
        DSM_UNROLL
        for (int p = 0; p < Products; ++p) {
            if (isBusy) now[p].multiply(shared, count, sums[p]);
        }
    }
}

}  // namespace dsm::cuda
