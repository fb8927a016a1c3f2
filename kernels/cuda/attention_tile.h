// Attention tiles: what the kernels of attention's training share: rows of heads in bfloat16 in shared
// memory, products of them on tensor cores, and which keys a query sees.
//
//   a tile   Side queries or keys of one head, Side 64; 32 of heads above 128
//   a warp   sixteen rows of a product and some sixteens of its columns, all with float32 sums
//
// Letters  T tokens, H heads, G key/value heads, K head size.
// Device   All threads of a block of kProductThreads call each function together.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "kernels/cuda/fragments.h"
#include "kernels/cuda/staged_rows.h"

namespace dsm::cuda {

// Head: the most numbers of a head.
template <int Head>
inline constexpr int kAttentionSide = Head > 128 ? 32 : 64;
template <int Head>
inline constexpr int kHeadStride = Head + 8;
template <int Head>
inline constexpr int kPairStride = kAttentionSide<Head> + 8;

template <int Head>
struct HeadRows {
    alignas(16) std::uint16_t number[kAttentionSide<Head>][kHeadStride<Head>];
};
template <int Head>
struct PairRows {
    alignas(16) std::uint16_t number[kAttentionSide<Head>][kPairStride<Head>];
};

// Where the rows of one head lie in [T, heads * K].
struct HeadView {
    const float* data;
    std::int64_t pitch;  // from one row to the next
    std::int64_t rows;
    int size;  // K

    __device__ static HeadView of(const float* data, std::int64_t head, std::int64_t heads,
                                  int size, std::int64_t rows) {
        return {data + head * size, heads * size, rows, size};
    }
};

__device__ __forceinline__ int sixteens(int size) {
    return (size + 15) / 16;
}

// Rows from `first` on; what does not exist is 0.
template <int Head>
__device__ void stageHead(const HeadView& from, std::int64_t first, HeadRows<Head>& to) {
    const int eights = sixteens(from.size) * 2;
    const bool isWide = from.size % 8 == 0 && from.pitch % 4 == 0 &&
                        reinterpret_cast<std::uintptr_t>(from.data) % 16 == 0;
    for (int n = static_cast<int>(threadIdx.x); n < kAttentionSide<Head> * eights;
         n += kProductThreads) {
        const int r = n / eights;
        const int c = n % eights * 8;
        const float* p = from.data + (first + r) * from.pitch + c;
        const bool exists = first + r < from.rows;
        float x[8];
        if (isWide && exists && c < from.size) {
            const float4 low = *reinterpret_cast<const float4*>(p);
            const float4 high = *reinterpret_cast<const float4*>(p + 4);
            x[0] = low.x, x[1] = low.y, x[2] = low.z, x[3] = low.w;
            x[4] = high.x, x[5] = high.y, x[6] = high.z, x[7] = high.w;
        } else {
            DSM_UNROLL
            for (int j = 0; j < 8; ++j)
                x[j] = exists && c + j < from.size ? p[j] : 0.0F;
        }
        *reinterpret_cast<uint4*>(&to.number[r][c]) = packEight(x);
    }
}

// The sums of a warp: sixteen rows of [Side, 16 * Columns], and N sixteens of its columns.
template <int Side, int Columns>
class WarpTile {
  public:
    static constexpr int kRows = Side / 16;
    static constexpr int kGroups = kProductWarps / kRows;  // of warps with the same rows
    static constexpr int kOwn = Columns > kGroups ? Columns / kGroups : 1;

    __device__ static int row() { return warpIndex() % kRows * 16; }
    __device__ static int column() { return warpIndex() / kRows * kOwn * 16; }

    // += left right over `depth` sixteens of the sum, for the first `columns` sixteens.
    __device__ void multiply(const std::uint16_t* left, int leftStride, bool leftAcross,
                             const std::uint16_t* right, int rightStride, bool rightAcross,
                             int depth, int columns) {
        if (column() >= columns * 16) return;
        for (int k = 0; k < depth * 16; k += 16) {
            std::uint32_t a[4];
            loadLeft(a, left, leftStride, leftAcross, row(), k);
            DSM_UNROLL
            for (int n = 0; n < kOwn; ++n) {
                if (column() + n * 16 >= columns * 16) break;
                std::uint32_t b[4];
                loadRight(b, right, rightStride, rightAcross, column() + n * 16, k);
                multiplyPair(sum_[2 * n], sum_[2 * n + 1], a, b);
            }
        }
    }

    // body(row, column, number) for all that lie in the first `columns` sixteens.
    template <class Body>
    __device__ void each(int columns, const Body& body) {
        DSM_UNROLL
        for (int n = 0; n < 2 * kOwn; ++n) {
            DSM_UNROLL
            for (int j = 0; j < 4; ++j) {
                const int c = column() + n * 8 + laneIndex() % 4 * 2 + j % 2;
                if (c < columns * 16) body(row() + laneIndex() / 4 + j / 2 * 8, c, sum_[n][j]);
            }
        }
    }

    // body(row, column, number, that of the other) likewise.
    template <class Body>
    __device__ void with(const WarpTile& other, int columns, const Body& body) const {
        DSM_UNROLL
        for (int n = 0; n < 2 * kOwn; ++n) {
            DSM_UNROLL
            for (int j = 0; j < 4; ++j) {
                const int c = column() + n * 8 + laneIndex() % 4 * 2 + j % 2;
                const int r = row() + laneIndex() / 4 + j / 2 * 8;
                if (c < columns * 16) body(r, c, sum_[n][j], other.sum_[n][j]);
            }
        }
    }

  private:
    float sum_[2 * kOwn][4] = {};
};

template <int Head>
using PairTile = WarpTile<kAttentionSide<Head>, kAttentionSide<Head> / 16>;
template <int Head>
using HeadTile = WarpTile<kAttentionSide<Head>, Head / 16>;

// left rows times right rows, each of a head: scores, and what comes back of them.
template <int Head>
__device__ void multiplyHeads(PairTile<Head>& sums, const HeadRows<Head>& left,
                              const HeadRows<Head>& right, int size) {
    sums.multiply(&left.number[0][0], kHeadStride<Head>, false, &right.number[0][0],
                  kHeadStride<Head>, false, sixteens(size), kAttentionSide<Head> / 16);
}
// pairs [i][u], or across [u][i], times rows [u][K].
template <int Head>
__device__ void multiplyPairs(HeadTile<Head>& sums, const PairRows<Head>& pairs, bool isAcross,
                              const HeadRows<Head>& rows, int size) {
    sums.multiply(&pairs.number[0][0], kPairStride<Head>, isAcross, &rows.number[0][0],
                  kHeadStride<Head>, true, kAttentionSide<Head> / 16, sixteens(size));
}

// The segment that token t lies in: the last that begins at or before it.
__device__ __forceinline__ int segmentOf(const std::int32_t* segments, int count, std::int64_t t) {
    int low = 0;
    int high = count;  // segments[low] <= t < segments[high]
    while (high - low > 1) {
        const int middle = (low + high) / 2;
        if (segments[middle] <= t) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

}  // namespace dsm::cuda
