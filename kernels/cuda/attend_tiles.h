// Attention of many tokens on tensor cores, over a cache in BF16 or Q8.
//
// A warp has sixteen tokens of one head, a block four warps; they read the cache panel by panel of
// sixteen positions, staged for all of them, the next panel being under way meanwhile. Queries and
// shares (the exponentials) are each the sum of two bfloat16, keys and values are exact in one:
// what is left out is below 2^-16 of a product. Softmax with running sums as in attend_cuda.cu.
//
// Both panels (kv_panels.h) are right operands of an mma as they lie there, read transposed.
//
// Letters  g = lane / 4, i = lane % 4 of a fragment (ptx.h).
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "kernels/base/dtype.h"
#include "kernels/base/kv_panels.h"
#include "kernels/cuda/fragments.h"

namespace dsm::cuda {

inline constexpr int kQueryWarps = 4;
inline constexpr int kQueryThreads = kQueryWarps * kWarpLanes;
inline constexpr int kWarpQueries = 16;
inline constexpr int kBlockQueries = kQueryWarps * kWarpQueries;
inline constexpr int kMostTileHead = 128;  // columns that a warp's registers hold
inline constexpr int kHeadSteps = kMostTileHead / 16;

struct AttendTilesArgs {
    const float* q;  // [T, H*K]
    KvPanels cache;
    std::int64_t heads;
    std::int64_t tokens;
    std::int64_t position;  // of q's first row; on top of the device's own, where there is one
    const std::int32_t* devicePosition;
    float* out;  // [T, H*K]
};

struct StagedPanel {
    alignas(16) std::uint16_t keys[kMostTileHead][16];
    // Rows are four words apart from a multiple of 32, so that eight rows meet no bank twice.
    alignas(16) std::uint16_t values[16][kMostTileHead + 8];
    float keyScale[16];
    float valueScale[16];  // 0 where nothing is to be seen
};
struct AttendTilesShared {
    StagedPanel panel[2];
};

// ---- Staging ------------------------------------------------------------------------------------

// Sixteen bytes of Q8, each level as bfloat16, exactly: to(b) is where that of byte b goes.
template <class To>
__device__ __forceinline__ void widenLevels(const std::byte* from, const To& to) {
    const uint4 levels = *reinterpret_cast<const uint4*>(from);
    const std::uint32_t words[4] = {levels.x, levels.y, levels.z, levels.w};
    DSM_UNROLL
    for (int b = 0; b < 16; ++b) {
        const int level = static_cast<int>(words[b / 4] >> (b % 4 * 8) & 0xffU) - kKvBias;
        to(b) = toBFloat16(static_cast<float>(level)).bits;
    }
}

// `count` positions of the panel may be seen by somebody; values of the others become 0, since
// what lies there may be no number; so do keys beyond the head's size.
template <KvType Type>
__device__ void stagePanel(const AttendTilesArgs& args, std::int64_t keyHead, std::int64_t panel,
                           int count, StagedPanel& staged) {
    const std::int64_t offset = (keyHead * (args.cache.positions / kKvPanel) + panel) *
                                kvPanelBytes(Type, args.cache.headSize);
    const std::byte* keys = args.cache.keys + offset + kvScaleBytes(Type);
    const std::byte* values = args.cache.values + offset + kvScaleBytes(Type);
    const int columns = static_cast<int>(paddedHead(args.cache.headSize));
    const int thread = static_cast<int>(threadIdx.x);
    if constexpr (Type == KvType::BF16) {
        for (int n = thread; n < columns * 2; n += kQueryThreads) {
            ptx::copyAsync16(&staged.keys[n / 2][n % 2 * 8], keys + n * 16,
                             n / 2 < args.cache.headSize);
            const int row = n * 8 / columns;
            ptx::copyAsync16(&staged.values[row][n * 8 % columns], values + n * 16, row < count);
        }
    } else {
        for (int n = thread; n < columns; n += kQueryThreads) {
            // Four columns of four positions; four positions of four columns.
            widenLevels(keys + n * 16, [&](int b) -> std::uint16_t& {
                return staged.keys[n / 4 * 4 + b % 4][n % 4 * 4 + b / 4];
            });
            const int across = columns / 4;
            widenLevels(values + n * 16, [&](int b) -> std::uint16_t& {
                return staged.values[n / across * 4 + b % 4][n % across * 4 + b / 4];
            });
        }
        if (thread < 16) {
            const auto* keyScales = reinterpret_cast<const float*>(args.cache.keys + offset);
            const auto* valueScales = reinterpret_cast<const float*>(args.cache.values + offset);
            staged.keyScale[thread] = keyScales[thread];
            staged.valueScale[thread] = thread < count ? valueScales[thread] : 0.0F;
        }
    }
}

// ---- A warp's sixteen queries -------------------------------------------------------------------

// The left operand of an mma as the sum of two of bfloat16.
struct SplitOperand {
    std::uint32_t high[4], low[4];

    __device__ void set(int n, float first, float second) {
        high[n] = packBf16(first, second);
        low[n] = packBf16(restOf(first), restOf(second));
    }
    // sum += this times the columns that two registers hold.
    __device__ void multiply(float (&sum)[4], std::uint32_t b0, std::uint32_t b1) const {
        const std::uint32_t right[2] = {b0, b1};
        ptx::mmaBf16(sum, high, right);
        ptx::mmaBf16(sum, low, right);
    }
};

template <KvType Type>
class WarpQueries {
  public:
    __device__ WarpQueries(const AttendTilesArgs& args, std::int64_t head, std::int64_t first)
        : steps_(static_cast<int>(paddedHead(args.cache.headSize)) / 16) {
        DSM_UNROLL
        for (int step = 0; step < kHeadSteps; ++step) {
            if (step >= steps_) break;
            DSM_UNROLL
            for (int n = 0; n < 4; ++n) {
                const std::int64_t t = first + laneIndex() / 4 + n % 2 * 8;
                const int c = step * 16 + laneIndex() % 4 * 2 + n / 2 * 8;
                query_[step].set(n, number(args, head, t, c), number(args, head, t, c + 1));
            }
        }
    }

    // `position` is that of this warp's first token.
    __device__ void see(const StagedPanel& staged, std::int64_t panel, std::int64_t position,
                        float scale) {
        float score[2][4] = {};
        multiplyKeys(staged, score);
        SplitOperand share;
        DSM_UNROLL
        for (int half = 0; half < 2; ++half) {  // rows g, rows g + 8
            const std::int64_t last = position + laneIndex() / 4 + half * 8;
            float own[4];  // two neighbours in each eight positions
            float largest = -INFINITY;
            DSM_UNROLL
            for (int n = 0; n < 4; ++n) {
                const int s = n / 2 * 8 + laneIndex() % 4 * 2 + n % 2;
                const float keyScale = Type == KvType::Q8 ? staged.keyScale[s] : 1.0F;
                const bool isSeen = panel * kKvPanel + s <= last;
                own[n] = isSeen ? score[n / 2][half * 2 + n % 2] * keyScale * scale : -INFINITY;
                largest = fmaxf(largest, own[n]);
            }
            largest = fmaxf(largest, __shfl_xor_sync(kAllLanes, largest, 1));
            largest = fmaxf(largest, __shfl_xor_sync(kAllLanes, largest, 2));
            fade(half, fmaxf(largest_[half], largest));
            DSM_UNROLL
            for (int n = 0; n < 4; ++n) {
                const int s = n / 2 * 8 + laneIndex() % 4 * 2 + n % 2;
                own[n] = expf(own[n] - largest_[half]);
                total_[half] += own[n];
                if (Type == KvType::Q8) own[n] *= staged.valueScale[s];
            }
            share.set(half, own[0], own[1]);
            share.set(2 + half, own[2], own[3]);
        }
        addValues(staged, share);
    }

    __device__ void write(const AttendTilesArgs& args, std::int64_t head, std::int64_t first) {
        const std::int64_t headSize = args.cache.headSize;
        DSM_UNROLL
        for (int half = 0; half < 2; ++half) {
            float total = total_[half];
            total += __shfl_xor_sync(kAllLanes, total, 1);
            total += __shfl_xor_sync(kAllLanes, total, 2);
            const std::int64_t t = first + laneIndex() / 4 + half * 8;
            float* out = args.out + (t * args.heads + head) * headSize;
            DSM_UNROLL
            for (int n = 0; n < 2 * kHeadSteps; ++n) {
                DSM_UNROLL
                for (int j = 0; j < 2; ++j) {
                    const int c = n * 8 + laneIndex() % 4 * 2 + j;
                    if (t < args.tokens && c < headSize) out[c] = sum_[n][half * 2 + j] / total;
                }
            }
        }
    }

  private:
    __device__ static float number(const AttendTilesArgs& args, std::int64_t head, std::int64_t t,
                                   int c) {
        const std::int64_t headSize = args.cache.headSize;
        if (t >= args.tokens || c >= headSize) return 0.0F;
        return args.q[(t * args.heads + head) * headSize + c];
    }

    // Of a transposed load, matrix m = lane / 8 comes from the rows (m % 2) * 8 .. + 7 and the
    // columns from m / 2 * 8 on.
    __device__ static int loadRow() { return laneIndex() / 8 % 2 * 8 + laneIndex() % 8; }
    __device__ static int loadColumn() { return laneIndex() / 16 * 8; }

    __device__ void multiplyKeys(const StagedPanel& staged, float (&score)[2][4]) const {
        DSM_UNROLL
        for (int step = 0; step < kHeadSteps; ++step) {
            if (step >= steps_) break;
            std::uint32_t keys[4];
            ptx::loadMatrix4Transposed(keys, &staged.keys[step * 16 + loadRow()][loadColumn()]);
            query_[step].multiply(score[0], keys[0], keys[1]);
            query_[step].multiply(score[1], keys[2], keys[3]);
        }
    }

    __device__ void addValues(const StagedPanel& staged, const SplitOperand& share) {
        DSM_UNROLL
        for (int step = 0; step < kHeadSteps; ++step) {
            if (step >= steps_) break;
            std::uint32_t values[4];
            ptx::loadMatrix4Transposed(values, &staged.values[loadRow()][step * 16 + loadColumn()]);
            share.multiply(sum_[2 * step], values[0], values[1]);
            share.multiply(sum_[2 * step + 1], values[2], values[3]);
        }
    }

    // A larger score than before makes what was summed up smaller.
    __device__ void fade(int half, float largest) {
        const float faded = expf(largest_[half] - largest);
        largest_[half] = largest;
        total_[half] *= faded;
        DSM_UNROLL
        for (auto& sum : sum_) {
            sum[half * 2] *= faded;
            sum[half * 2 + 1] *= faded;
        }
    }

    int steps_;
    SplitOperand query_[kHeadSteps];
    float sum_[2 * kHeadSteps][4] = {};
    float largest_[2] = {-INFINITY, -INFINITY};
    float total_[2] = {};  // this lane's part
};

// Grid: blocks of kBlockQueries tokens, the last ones (which see most) first; heads.
template <KvType Type>
__global__ void __launch_bounds__(kQueryThreads) attendTiles(const AttendTilesArgs args) {
    auto& shared = ptx::sharedMemory<AttendTilesShared>();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t position =
        args.position + (args.devicePosition != nullptr ? *args.devicePosition : 0);
    const std::int64_t block = static_cast<std::int64_t>(gridDim.x) - 1 - blockIdx.x;
    const std::int64_t head = blockIdx.y;
    const std::int64_t keyHead = head / (args.heads / args.cache.heads);
    const std::int64_t firstOfBlock = block * kBlockQueries;
    const std::int64_t endOfBlock =
        firstOfBlock + kBlockQueries < args.tokens ? firstOfBlock + kBlockQueries : args.tokens;
    const std::int64_t first = firstOfBlock + warpIndex() * kWarpQueries;
    const std::int64_t seen = position + endOfBlock;  // positions, by the last token
    const std::int64_t panels = (seen + kKvPanel - 1) / kKvPanel;
    const float scale = 1.0F / sqrtf(static_cast<float>(args.cache.headSize));
    WarpQueries<Type> queries(args, head, first);

    const auto stage = [&](std::int64_t panel) {
        const std::int64_t left = seen - panel * kKvPanel;
        const int count = left < kKvPanel ? static_cast<int>(left) : static_cast<int>(kKvPanel);
        if (panel < panels) stagePanel<Type>(args, keyHead, panel, count, shared.panel[panel % 2]);
        ptx::commitCopies();
    };
    stage(0);
    for (std::int64_t panel = 0; panel < panels; ++panel) {
        stage(panel + 1);
        ptx::waitForCopies<1>();
        __syncthreads();
        // A panel that lies behind all of this warp's tokens gives it nothing.
        if (panel * kKvPanel <= position + first + kWarpQueries - 1)
            queries.see(shared.panel[panel % 2], panel, position + first, scale);
        __syncthreads();
    }
    queries.write(args, head, first);
}

}  // namespace dsm::cuda
