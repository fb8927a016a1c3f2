// Low-rank parts: what an adapter adds to products (LowRank, kernels/base/views.h), in two steps,
// in float32 throughout, whatever the type of the weight:
//
//   h[t]  = A in[t]                 "shrunk": r numbers of a token and a map
//   y[t] += scaling * B h[t]
//
// Few tokens take the first step in a launch of its own (low_rank_launch.h), or by some more blocks
// of the product's launch, and the second where the product's sums are complete.
//
// Letters  r rank: that of all experts of a projection, where one may be filled up with zeros.
// Device   Factors lie in device memory, those of experts at a fixed distance (device_weight.h).
//          h lies in OpContext::device.lowRank.
// Errors   None. Factors of experts that differ in rank or scaling are the caller's bug (CHECK).
#pragma once

#include <cuda_runtime.h>

#include <cstdint>
#include <span>

#include "kernels/base/check.h"
#include "kernels/base/op_context.h"
#include "kernels/base/views.h"
#include "kernels/cuda/product_launch.h"
#include "kernels/cuda/reduce.h"

namespace dsm::cuda {

inline constexpr int kShrunkRows = kProductWarps;  // of A, a block takes: one for each warp
inline constexpr int kShrunkTokens = 8;  // that a block takes at once, where there are many

// Rank 0: there is none.
struct DeviceLowRank {
    const float* a = nullptr;  // [rank, cols]
    const float* b = nullptr;  // [rows, rank]
    std::int64_t rows = 0;
    std::int64_t cols = 0;
    int rank = 0;
    float scaling = 0;

    __host__ __device__ int rowTiles() const { return (rank + kShrunkRows - 1) / kShrunkRows; }
};

inline DeviceLowRank lowRankOnDevice(const Weight& w) {
    if (w.lowRank == nullptr) return {};
    const LowRank& low = *w.lowRank;
    return {low.a.data, low.b.data, w.rows, w.cols, static_cast<int>(low.a.rows), low.scaling};
}

// Those of every routed expert's matrix.
struct ExpertLowRanks {
    DeviceLowRank first = {};
    std::int64_t aStride = 0;  // floats
    std::int64_t bStride = 0;

    __device__ DeviceLowRank of(std::int64_t e) const {
        DeviceLowRank low = first;
        if (low.rank == 0) return low;
        low.a += e * aStride;
        low.b += e * bStride;
        return low;
    }
};

inline ExpertLowRanks lowRankOnDevice(std::span<const Weight> experts) {
    if (experts.empty()) return {};
    ExpertLowRanks all{.first = lowRankOnDevice(experts.front())};
    if (experts.size() > 1 && all.first.rank > 0) {
        const DeviceLowRank second = lowRankOnDevice(experts[1]);
        all.aStride = second.a - all.first.a;
        all.bStride = second.b - all.first.b;
    }
    for (std::size_t e = 0; e < experts.size(); ++e) {
        const DeviceLowRank low = lowRankOnDevice(experts[e]);
        const auto i = static_cast<std::int64_t>(e);
        DSM_CHECK(low.rank == all.first.rank && low.scaling == all.first.scaling);
        DSM_CHECK(low.rank == 0 || (low.a == all.first.a + i * all.aStride &&
                                    low.b == all.first.b + i * all.bStride));
    }
    return all;
}

// Hands out the memory of h to the maps of an operation.
class LowRankSpace {
  public:
    explicit LowRankSpace(const DeviceRun& device) : left_(device.lowRank) {}

    float* take(std::int64_t rows, int numbers) {
        const auto count = static_cast<std::size_t>(rows * numbers);
        DSM_CHECK(count <= left_.size());
        float* here = left_.data();
        left_ = left_.subspan(count);
        return here;
    }

  private:
    std::span<float> left_;
};

// ---- Shrinking ----------------------------------------------------------------------------------

// sum[t] = dot(a, number(t, ..)), by a warp; every lane gets it.
template <int Tokens, class Number>
__device__ __forceinline__ void shrinkRow(const float* a, std::int64_t cols, const Number& number,
                                          float (&sum)[Tokens]) {
    DSM_UNROLL
    for (float& s : sum)
        s = 0;
    if (cols % 4 == 0) {
        DSM_UNROLL_BY(4)
        for (std::int64_t c = laneIndex() * 4; c < cols; c += kWarpLanes * 4) {
            const uint4 words = ptx::loadOnce16(a + c);
            const float four[4] = {__uint_as_float(words.x), __uint_as_float(words.y),
                                   __uint_as_float(words.z), __uint_as_float(words.w)};
            DSM_UNROLL
            for (int t = 0; t < Tokens; ++t) {
                DSM_UNROLL
                for (int j = 0; j < 4; ++j)
                    sum[t] = fmaf(four[j], number(t, c + j), sum[t]);
            }
        }
    } else {
        for (std::int64_t c = laneIndex(); c < cols; c += kWarpLanes) {
            DSM_UNROLL
            for (int t = 0; t < Tokens; ++t)
                sum[t] = fmaf(a[c], number(t, c), sum[t]);
        }
    }
    DSM_UNROLL
    for (float& s : sum)
        s = warpSum(s);
}

// The rows of A that belong to a block's tile: put(t, j, value) is called by one lane.
template <int Tokens, class Number, class Put>
__device__ __forceinline__ void shrinkTile(const DeviceLowRank& low, int tile, const Number& number,
                                           const Put& put) {
    const int j = tile * kShrunkRows + warpIndex();
    if (j >= low.rank) return;
    float sum[Tokens];
    shrinkRow(low.a + j * low.cols, low.cols, number, sum);
    if (laneIndex() != 0) return;
    DSM_UNROLL
    for (int t = 0; t < Tokens; ++t)
        put(t, j, sum[t]);
}

// ---- Expanding ----------------------------------------------------------------------------------

struct SettledNumber {
    __device__ float operator()(const float* p) const { return *p; }
};
// Of what another block of this launch wrote.
struct FreshNumber {
    __device__ float operator()(const float* p) const { return ptx::loadFresh(p); }
};

// scaling * (B h)[row]; 0 where there are no factors.
template <class Load = SettledNumber>
__device__ __forceinline__ float lowRankSum(const DeviceLowRank& low, std::int64_t row,
                                            const float* h) {
    if (low.rank == 0) return 0.0F;
    const float* b = low.b + row * low.rank;
    float sum = 0;
    for (int j = 0; j < low.rank; ++j)
        sum = fmaf(b[j], Load()(h + j), sum);
    return low.scaling * sum;
}

}  // namespace dsm::cuda
