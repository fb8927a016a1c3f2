// Panel products: sixteen rows of a weight times the inputs of a few tokens, by one block. What
// the operations of a few tokens are made of: it reads every weight once and computes little.
//
//   total[t][r] = sum over c of input[t][c] * weight[row + r][c]      r < 16, t < Tokens
//
// Plain types: a warp has two rows, its lanes neighbouring stretches of 16 bytes. Q8 and Q4: a
// warp has every eighth tile of the panel, a lane four columns of four rows. Sums are taken over
// lanes and then warps in a fixed order, so that two runs give the same bits, and so do more or
// fewer tokens.
//
// Use   shared.prepare(); eachStretch(in, .., [&](begin) { product.add(..); }); product.finish(..)
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "kernels/cuda/device_weight.h"
#include "kernels/cuda/levels.h"
#include "kernels/cuda/staged_rows.h"

namespace dsm::cuda {

inline constexpr int kPanelRows = 16;

template <int Tokens>
struct PanelTotals {
    float row[Tokens][kPanelRows];
};

// Rows: of the panel; of plain types it may be fewer, where there are few rows in all.
template <bool IsBlocked, int Tokens, int Rows = kPanelRows>
class PanelProduct;

// Shared by all products of a block, one after the other.
template <bool IsBlocked, int Tokens>
struct PanelShared;

// ---- Q8 and Q4 ----------------------------------------------------------------------------------

template <int Tokens>
struct PanelShared<true, Tokens> {
    float partial[kProductWarps][Tokens][kPanelRows];
    __device__ void prepare() {}
};

template <int Tokens>
class PanelProduct<true, Tokens, kPanelRows> {
  public:
    using Shared = PanelShared<true, Tokens>;
    using Inputs = StagedRows<true, Tokens>;

    // The columns [begin, end) of the panel of `row`, what was staged.
    __device__ void add(const DeviceWeight& w, std::int64_t row, std::int64_t begin,
                        std::int64_t end, const Inputs& in, const Shared&) {
        const std::uint8_t* panel = w.data + row / kPanelRows * panelBytes(w.type, w.cols);
        const int tiles = static_cast<int>(blockTiles(end - begin));
        const std::int64_t bytes = tileBytes(w.type);
        panel += begin / kTileCols * bytes;
        if (w.type == DType::Q8) {
            for (int tile = warpIndex(); tile < tiles; tile += kProductWarps)
                addQ8(panel + tile * bytes, tile, in);
        } else {
            for (int tile = warpIndex(); tile < tiles; tile += kProductWarps)
                addQ4(panel + tile * bytes, tile, in);
        }
    }

    __device__ void finish(PanelTotals<Tokens>& total, Shared& shared) {
        const int place = scatterSums<4>(sum_);
        DSM_UNROLL
        for (int i = 0; i < heldSums<4, Tokens * 4>; ++i) {
            const int t = (place + i) / 4;
            const int row = laneIndex() % 4 * 4 + (place + i) % 4;
            shared.partial[warpIndex()][t][row] = sum_[i];
        }
        __syncthreads();
        for (int i = static_cast<int>(threadIdx.x); i < Tokens * kPanelRows; i += kProductThreads) {
            float sum = 0;
            DSM_UNROLL
            for (int warp = 0; warp < kProductWarps; ++warp)
                sum += shared.partial[warp][i / kPanelRows][i % kPanelRows];
            total.row[i / kPanelRows][i % kPanelRows] = sum;
        }
        __syncthreads();
    }

  private:
    static constexpr int kScaleBytes = 2 * kPanelRows * 2;

    // Scales of the four rows of this lane in the block of `half`.
    __device__ static void loadScales(const std::uint8_t* tile, int half, float (&scale)[4]) {
        const uint2 halves = ptx::loadOnce8(tile + half * kPanelRows * 2 + laneIndex() % 4 * 8);
        scale[0] = ptx::halfToFloat(halves.x & 0xffffU);
        scale[1] = ptx::halfToFloat(halves.x >> 16U);
        scale[2] = ptx::halfToFloat(halves.y & 0xffffU);
        scale[3] = ptx::halfToFloat(halves.y >> 16U);
    }

    // Lane l has the columns l/4 * 4 .. + 3 of the rows l%4 * 4 .. + 3.
    __device__ void addQ8(const std::uint8_t* tile, int index, const Inputs& in) {
        DSM_UNROLL
        for (int half = 0; half < 2; ++half) {
            const uint4 w = ptx::loadOnce16(tile + kScaleBytes + half * 512 + laneIndex() * 16);
            float scale[4];
            loadScales(tile, half, scale);
            const int word = (2 * index + half) * 8 + laneIndex() / 4;
            const std::uint32_t rows[4] = {w.x, w.y, w.z, w.w};
            DSM_UNROLL
            for (int t = 0; t < Tokens; ++t) {
                const int x = static_cast<int>(in.levels[t][word]);
                const float xScale = in.scale[t][word / 8];
                DSM_UNROLL
                for (int j = 0; j < 4; ++j) {
                    const int products = __dp4a(static_cast<int>(rows[j]), x, 0);
                    float& sum = sum_[t * 4 + j];
                    sum = fmaf(static_cast<float>(products), scale[j] * xScale, sum);
                }
            }
        }
    }

    // Lanes 0 .. 15 have the first block of the tile, the others the second; lane l the columns
    // l%16/4 * 4 .. + 3 and those 16 further on.
    __device__ void addQ4(const std::uint8_t* tile, int index, const Inputs& in) {
        const int half = laneIndex() / 16;
        const uint4 w = ptx::loadOnce16(tile + kScaleBytes + laneIndex() * 16);
        float scale[4];
        loadScales(tile, half, scale);
        const int word = (2 * index + half) * 8 + laneIndex() % 16 / 4;
        const std::uint32_t rows[4] = {w.x, w.y, w.z, w.w};
        DSM_UNROLL
        for (int j = 0; j < 4; ++j) {
            const Q4Pair levels = q4Levels(rows[j]);
            DSM_UNROLL
            for (int t = 0; t < Tokens; ++t) {
                int products =
                    __dp4a(static_cast<int>(levels.low), static_cast<int>(in.levels[t][word]), 0);
                products = __dp4a(static_cast<int>(levels.high),
                                  static_cast<int>(in.levels[t][word + 4]), products);
                float& sum = sum_[t * 4 + j];
                sum = fmaf(static_cast<float>(products), scale[j] * in.scale[t][word / 8], sum);
            }
        }
    }

    float sum_[Tokens * 4] = {};  // of each token, the rows laneIndex() % 4 * 4 ..
};

// ---- Plain types and NF4 ------------------------------------------------------------------------

template <int Tokens>
struct PanelShared<false, Tokens> {
    float nf4[16];
    __device__ void prepare() {
        if (threadIdx.x < 16) nf4[threadIdx.x] = nf4Level(static_cast<int>(threadIdx.x));
    }
};

template <int Tokens, int Rows>
class PanelProduct<false, Tokens, Rows> {
  public:
    using Shared = PanelShared<false, Tokens>;
    using Inputs = StagedRows<false, Tokens>;

    __device__ void add(const DeviceWeight& w, std::int64_t row, std::int64_t begin,
                        std::int64_t end, const Inputs& in, const Shared& shared) {
        const int count = static_cast<int>(end - begin);
        DSM_UNROLL
        for (int i = 0; i < kWarpRows; ++i) {
            const std::int64_t r = row + warpIndex() + i * kProductWarps;
            if (r >= w.rows) continue;
            const std::int64_t first = r * w.cols + begin;
            if (w.type == DType::F32) {
                addRow<Float32>(w, first, count, in, shared, sum_ + i * Tokens);
            } else if (w.type == DType::BF16) {
                addRow<Bf16>(w, first, count, in, shared, sum_ + i * Tokens);
            } else {
                addRow<Nf4>(w, first, count, in, shared, sum_ + i * Tokens);
            }
        }
    }

    __device__ void finish(PanelTotals<Tokens>& total, Shared&) {
        const int place = scatterSums<1>(sum_);
        DSM_UNROLL
        for (int i = 0; i < heldSums<1, kWarpRows * Tokens>; ++i) {
            const int row = warpIndex() + (place + i) / Tokens * kProductWarps;
            total.row[(place + i) % Tokens][row] = sum_[i];
        }
        __syncthreads();
    }

  private:
    static constexpr int kWarpRows = Rows / kProductWarps;

    // Sixteen bytes of a row, or one number, from element i of the weight on; kRounds loads are in
    // flight at once.
    struct Float32 {
        static constexpr int kCount = 4;
        static constexpr int kRounds = 4;
        __device__ static void load(const DeviceWeight& w, std::int64_t i, const Shared&,
                                    float (&out)[kCount]) {
            const uint4 words = ptx::loadOnce16(w.data + i * 4);
            out[0] = __uint_as_float(words.x);
            out[1] = __uint_as_float(words.y);
            out[2] = __uint_as_float(words.z);
            out[3] = __uint_as_float(words.w);
        }
        __device__ static float at(const DeviceWeight& w, std::int64_t i, const Shared&) {
            return reinterpret_cast<const float*>(w.data)[i];
        }
    };
    struct Bf16 {
        static constexpr int kCount = 8;
        static constexpr int kRounds = 4;
        __device__ static void load(const DeviceWeight& w, std::int64_t i, const Shared&,
                                    float (&out)[kCount]) {
            const uint4 words = ptx::loadOnce16(w.data + i * 2);
            const std::uint32_t pairs[4] = {words.x, words.y, words.z, words.w};
            DSM_UNROLL
            for (int j = 0; j < 4; ++j) {
                out[2 * j] = __uint_as_float(pairs[j] << 16U);
                out[2 * j + 1] = __uint_as_float(pairs[j] & 0xffff0000U);
            }
        }
        __device__ static float at(const DeviceWeight& w, std::int64_t i, const Shared&) {
            const std::uint32_t bits = reinterpret_cast<const std::uint16_t*>(w.data)[i];
            return __uint_as_float(bits << 16U);
        }
    };
    struct Nf4 {
        static constexpr int kCount = 32;
        static constexpr int kRounds = 1;
        // Thirty-two weights from a multiple of 32 on share a scale.
        __device__ static void load(const DeviceWeight& w, std::int64_t i, const Shared& shared,
                                    float (&out)[kCount]) {
            const uint4 words = ptx::loadOnce16(w.data + i / 2);
            const float scale = w.scaleOf(i / kNf4BlockWeights);
            const std::uint32_t eights[4] = {words.x, words.y, words.z, words.w};
            DSM_UNROLL
            for (int j = 0; j < kCount; ++j) {
                // Of a byte the high half comes first.
                const int shift = j % 8 / 2 * 8 + (j % 2 == 0 ? 4 : 0);
                out[j] = shared.nf4[eights[j / 8] >> shift & 0xfU] * scale;
            }
        }
        __device__ static float at(const DeviceWeight& w, std::int64_t i, const Shared& shared) {
            const std::uint8_t byte = w.data[i / 2];
            const float scale = w.scaleOf(i / kNf4BlockWeights);
            return shared.nf4[i % 2 == 0 ? byte >> 4U : byte & 0xfU] * scale;
        }
    };

    template <class Type>
    __device__ static void addRow(const DeviceWeight& w, std::int64_t first, int count,
                                  const Inputs& in, const Shared& shared, float* sum) {
        constexpr int kCount = Type::kCount;
        // More tokens have more to compute with each load, and more sums.
        constexpr int kRounds = Tokens == 1 ? Type::kRounds : (Type::kRounds + 1) / 2;
        if (w.cols % kCount != 0) {
            DSM_UNROLL_BY(1)
            for (int c = laneIndex(); c < count; c += kWarpLanes) {
                const float weight = Type::at(w, first + c, shared);
                DSM_UNROLL
                for (int t = 0; t < Tokens; ++t)
                    sum[t] = fmaf(weight, in.number[t][c], sum[t]);
            }
            return;
        }
        DSM_UNROLL_BY(kRounds)
        for (int c = laneIndex() * kCount; c < count; c += kWarpLanes * kCount) {
            float weight[kCount];
            Type::load(w, first + c, shared, weight);
            DSM_UNROLL
            for (int t = 0; t < Tokens; ++t) {
                DSM_UNROLL
                for (int j = 0; j < kCount; ++j)
                    sum[t] = fmaf(weight[j], in.number[t][c + j], sum[t]);
            }
        }
    }

    float sum_[kWarpRows * Tokens] = {};  // of each row, the tokens
};

// What a block of a product has: the inputs, the product's own, and the results.
template <bool IsBlocked, int Tokens>
struct ProductShared {
    StagedRows<IsBlocked, Tokens> in;
    PanelShared<IsBlocked, Tokens> product;
    PanelTotals<Tokens> total;
};

}  // namespace dsm::cuda
