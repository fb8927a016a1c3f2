// Train products: many products of training in one launch, on tensor cores, over operands that may
// be gathered, read across, dropped from or packed in fewer bits.
//
//   out[i,j] = (out[i,j] +) scale * sum over terms of sum over k of left(i,k) * right(j,k)
//
// A block takes 128 rows and 128 columns of one product, 32 numbers of the sum at a time: operands
// are widened where they are read, rounded to bfloat16 on their way to shared memory, and the next
// ones are under way meanwhile; a weight never exists as a whole in another type. Of a Precise
// launch both operands are sums of two bfloat16, three products of which are taken: what is left
// out is below 2^-16 of a product.
//
// How many rows, or numbers of the sum, a product has may be known to the device alone (`range`):
// the grid has room for the most there can be, and blocks find their product by counting.
//
// Every sum runs in a fixed order: ascending k, term by term.
//
// Letters  i row and j column of a product; major and minor index of an operand as it is stored.
// Device   kProductThreads threads a block.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "kernels/base/dropout.h"
#include "kernels/cuda/fragments.h"
#include "kernels/cuda/staged_rows.h"
#include "kernels/cuda/weight_numbers.h"

namespace dsm::cuda {

inline constexpr int kSide = 128;  // rows and columns of a block
inline constexpr int kDepth = 32;  // of the sum, at a time

struct Operand {
    // [rows, cols] as it is stored; rows as far as they are known on the host.
    DeviceWeight stored;
    const std::int32_t* index = nullptr;  // of stored rows, by major index; nullptr: as they lie
    Dropout dropout = {};                 // place major * cols + minor
    bool isAcross = false;                // operand(i, k) = stored[k][i], else stored[i][k]
    bool isRanged = false;                // major indices count from the product's range on
};

struct ProductTerm {
    Operand left, right;
    std::int64_t sum = 0;  // numbers of the sum; of a ranged sum, at most
};

struct TrainProduct {
    float* out = nullptr;
    std::int64_t rows = 0;  // of a ranged product, at most
    std::int64_t cols = 0;
    const std::int32_t* range = nullptr;  // of its rows, or of its sums
    bool rangesSum = false;
    bool adds = false;
    float scale = 1;
    Dropout outDropout = {};  // of the sums, place i * cols + j
    int firstTerm = 0, terms = 0;
};

struct ProductTable {
    const TrainProduct* products;
    const ProductTerm* terms;
    int count;
};

// ---- Operands in shared memory ------------------------------------------------------------------

// [128][32] or, read across, [32][128], rows of either by four words away from a multiple of 32, so
// that eight of them meet no bank twice.
inline constexpr int kAlongStride = kDepth + 8;
inline constexpr int kAcrossStride = kSide + 8;
inline constexpr int kPartNumbers = kSide * kAlongStride;

template <bool Precise>
struct StagedOperand {
    alignas(16) std::uint16_t part[Precise ? 2 : 1][kPartNumbers];
};

template <bool Precise>
struct TrainShared {
    StagedOperand<Precise> left, right;
    float nf4[16];
};

// What a thread brings of an operand: eight neighbours as they are stored, twice.
class OperandNumbers {
  public:
    // `majors` is how many there are, `first` where they begin.
    __device__ void load(const Operand& from, std::int64_t majorBegin, std::int64_t minorBegin,
                         std::int64_t majors, std::int64_t first, const float* nf4) {
        const Dropout dropout = from.dropout.isOn() ? from.dropout.settled() : Dropout{};
        DSM_UNROLL
        for (int n = 0; n < kEights; ++n) {
            const std::int64_t major = majorBegin + majorOf(n, from.isAcross);
            const std::int64_t minor = minorBegin + minorOf(n, from.isAcross);
            if (major >= majors) {
                DSM_UNROLL
                for (float& x : number_[n])
                    x = 0.0F;
                continue;
            }
            const std::int64_t place = from.isRanged ? first + major : major;
            const std::int64_t row = from.index != nullptr ? from.index[place] : place;
            weightEight(from.stored, row, minor, nf4, number_[n]);
            if (!dropout.isOn()) continue;
            DSM_UNROLL
            for (int j = 0; j < 8; ++j) {
                const bool isKept = dropout.keeps(major * from.stored.cols + minor + j);
                number_[n][j] = isKept ? number_[n][j] * dropout.scale : 0.0F;
            }
        }
    }

    template <bool Precise>
    __device__ void store(bool isAcross, StagedOperand<Precise>& to) const {
        const int stride = isAcross ? kAcrossStride : kAlongStride;
        DSM_UNROLL
        for (int n = 0; n < kEights; ++n) {
            const float(&x)[8] = number_[n];
            const int at = majorOf(n, isAcross) * stride + minorOf(n, isAcross);
            *reinterpret_cast<uint4*>(&to.part[0][at]) = packEight(x);
            if constexpr (Precise) {
                float rest[8];
                DSM_UNROLL
                for (int j = 0; j < 8; ++j)
                    rest[j] = restOf(x[j]);
                *reinterpret_cast<uint4*>(&to.part[1][at]) = packEight(rest);
            }
        }
    }

  private:
    static constexpr int kEights = kSide * kDepth / 8 / kProductThreads;

    __device__ static int eightOf(int n) {
        return static_cast<int>(threadIdx.x) + n * kProductThreads;
    }
    __device__ static int majorOf(int n, bool isAcross) {
        return eightOf(n) / (isAcross ? kSide / 8 : kDepth / 8);
    }
    __device__ static int minorOf(int n, bool isAcross) {
        return eightOf(n) % (isAcross ? kSide / 8 : kDepth / 8) * 8;
    }

    float number_[kEights][8];
};

// ---- A warp's part ------------------------------------------------------------------------------

// 32 rows and 64 columns of the block's.
class WarpProduct {
  public:
    __device__ WarpProduct(std::int64_t rows, std::int64_t cols)
        : row_(warpIndex() % 4 * 32),
          col_(warpIndex() / 4 * 64),
          rows_(rows < kSide ? static_cast<int>(rows) : kSide),
          cols_(cols < kSide ? static_cast<int>(cols) : kSide) {}

    template <bool Precise>
    __device__ void multiply(const TrainShared<Precise>& in, const ProductTerm& term, int depth) {
        if (row_ >= rows_ || col_ >= cols_) return;
        for (int k = 0; k < depth; k += 16) {
            multiplyParts(in.left.part[0], in.right.part[0], term, k);
            if constexpr (Precise) {
                multiplyParts(in.left.part[1], in.right.part[0], term, k);
                multiplyParts(in.left.part[0], in.right.part[1], term, k);
            }
        }
    }

    // put(row, column, sum) for each that exists.
    template <class Put>
    __device__ void each(const Put& put) const {
        DSM_UNROLL
        for (int m = 0; m < 2; ++m) {
            DSM_UNROLL
            for (int n = 0; n < 8; ++n) {
                DSM_UNROLL
                for (int j = 0; j < 4; ++j) {
                    const int row = row_ + m * 16 + laneIndex() / 4 + j / 2 * 8;
                    const int col = col_ + n * 8 + laneIndex() % 4 * 2 + j % 2;
                    if (row < rows_ && col < cols_) put(row, col, sum_[m][n][j]);
                }
            }
        }
    }

  private:
    __device__ static int strideOf(const Operand& operand) {
        return operand.isAcross ? kAcrossStride : kAlongStride;
    }
    __device__ void multiplyParts(const std::uint16_t* left, const std::uint16_t* right,
                                  const ProductTerm& term, int k) {
        std::uint32_t a[2][4];
        DSM_UNROLL
        for (int m = 0; m < 2; ++m) {
            if (row_ + m * 16 < rows_)
                loadLeft(a[m], left, strideOf(term.left), term.left.isAcross, row_ + m * 16, k);
        }
        DSM_UNROLL
        for (int n = 0; n < 8; n += 2) {
            if (col_ + n * 8 >= cols_) break;
            std::uint32_t b[4];
            loadRight(b, right, strideOf(term.right), term.right.isAcross, col_ + n * 8, k);
            DSM_UNROLL
            for (int m = 0; m < 2; ++m) {
                if (row_ + m * 16 >= rows_) break;
                multiplyPair(sum_[m][n], sum_[m][n + 1], a[m], b);
            }
        }
    }

    int row_, col_;
    int rows_, cols_;  // of the block
    float sum_[2][8][4] = {};
};

// ---- A block's product --------------------------------------------------------------------------

__device__ __forceinline__ std::int64_t rangeLength(const TrainProduct& p) {
    return p.range[1] - p.range[0];
}
__device__ __forceinline__ std::int64_t rowsOf(const TrainProduct& p) {
    return p.range != nullptr && !p.rangesSum ? rangeLength(p) : p.rows;
}

struct BlockPlaceInTable {
    int product;  // -1: none
    std::int64_t tile;
};

// The product and the tile of rows of block `nth`; all lanes of a warp get the answer.
__device__ inline BlockPlaceInTable findProduct(const ProductTable& table, std::int64_t nth) {
    for (int first = 0; first < table.count; first += kWarpLanes) {
        const int p = first + laneIndex();
        const int own =
            p < table.count ? static_cast<int>((rowsOf(table.products[p]) + kSide - 1) / kSide) : 0;
        int upTo = own;
        DSM_UNROLL
        for (int step = 1; step < kWarpLanes; step *= 2) {
            const int other = __shfl_up_sync(kAllLanes, upTo, static_cast<unsigned>(step));
            if (laneIndex() >= step) upTo += other;
        }
        const std::uint32_t reached = __ballot_sync(kAllLanes, upTo > nth);
        if (reached != 0) {
            const int lane = __ffs(reached) - 1;
            return {first + lane, nth - __shfl_sync(kAllLanes, upTo - own, lane)};
        }
        nth -= __shfl_sync(kAllLanes, upTo, kWarpLanes - 1);
    }
    return {-1, 0};
}

// One term, added to a warp's sums.
template <bool Precise>
__device__ void addTerm(const ProductTerm& term, std::int64_t sum, std::int64_t row,
                        std::int64_t rows, std::int64_t col, std::int64_t cols, std::int64_t first,
                        TrainShared<Precise>& shared, WarpProduct& product) {
    OperandNumbers left, right;
    const auto load = [&](std::int64_t k) {
        const Operand& l = term.left;
        const Operand& r = term.right;
        left.load(l, l.isAcross ? k : row, l.isAcross ? row : k, l.isAcross ? sum : rows, first,
                  shared.nf4);
        right.load(r, r.isAcross ? k : col, r.isAcross ? col : k, r.isAcross ? sum : cols, first,
                   shared.nf4);
    };
    load(0);
    for (std::int64_t k = 0; k < sum; k += kDepth) {
        __syncthreads();
        left.store(term.left.isAcross, shared.left);
        right.store(term.right.isAcross, shared.right);
        __syncthreads();
        if (k + kDepth < sum) load(k + kDepth);
        product.multiply(shared, term, sum - k < kDepth ? static_cast<int>(sum - k) : kDepth);
    }
}

// Grid: tiles of rows of all products, one after the other; tiles of columns.
template <bool Precise>
__global__ void __launch_bounds__(kProductThreads) multiplyProducts(const ProductTable table) {
    auto& shared = ptx::sharedMemory<TrainShared<Precise>>();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const BlockPlaceInTable found = findProduct(table, blockIdx.x);
    if (found.product < 0) return;
    const TrainProduct& p = table.products[found.product];
    const std::int64_t col = static_cast<std::int64_t>(blockIdx.y) * kSide;
    if (col >= p.cols) return;
    if (threadIdx.x < 16) shared.nf4[threadIdx.x] = nf4Level(static_cast<int>(threadIdx.x));
    __syncthreads();
    const std::int64_t rows = rowsOf(p);
    const std::int64_t row = found.tile * kSide;
    const std::int64_t first = p.range != nullptr ? p.range[0] : 0;
    WarpProduct product(rows - row, p.cols - col);
    for (int t = 0; t < p.terms; ++t) {
        const ProductTerm& term = table.terms[p.firstTerm + t];
        const std::int64_t sum = p.rangesSum ? rangeLength(p) : term.sum;
        if (sum > 0) addTerm(term, sum, row, rows, col, p.cols, first, shared, product);
    }
    const std::int64_t before = p.rangesSum ? 0 : first;
    const Dropout dropout = p.outDropout.isOn() ? p.outDropout.settled() : Dropout{};
    product.each([&](int r, int c, float value) {
        const std::int64_t place = (row + r) * p.cols + col + c;
        value *= p.scale;
        if (dropout.isOn()) value = dropout.keeps(place) ? value * dropout.scale : 0.0F;
        float& out = p.out[before * p.cols + place];
        out = p.adds ? out + value : value;
    });
}

}  // namespace dsm::cuda
