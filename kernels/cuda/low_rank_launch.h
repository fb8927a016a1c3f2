// Low-rank launches: both steps of low_rank.h as launches of their own. Each is one launch for all
// maps of an operation and all experts of a projection; which expert has which tokens is read from
// the groups in device memory.
//
//   shrink      before products of few tokens whose sums are used at once; of many tokens
//   expand      of many tokens, onto what the products wrote
//
// Letters  T tokens, D columns, r rank.
#pragma once

#include <cuda_runtime.h>

#include <algorithm>
#include <cstdint>

#include "kernels/cuda/expert_list.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/low_rank.h"
#include "kernels/cuda/row_norm.h"

namespace dsm::cuda {

inline constexpr int kMostMaps = 3;

// One map, and where its h goes.
struct ShrunkMap {
    ExpertLowRanks low = {};  // of a map that all tokens go through: the first
    float* h = nullptr;       // [rows, r]
};

// Maps of the same inputs.
struct ShrunkMaps {
    const float* in = nullptr;  // [rows, D]
    ShrunkMap map[kMostMaps] = {};
    int count = 0;

    // Those without factors are left out.
    void add(const ShrunkMap& one) {
        if (one.low.first.rank > 0) map[count++] = one;
    }
    __host__ __device__ int rowTiles() const {
        int tiles = 0;
        for (int m = 0; m < count; ++m)
            tiles += map[m].low.first.rowTiles();
        return tiles;
    }
};

struct ShrinkArgs {
    ShrunkMaps all = {};     // of every token
    ShrunkMaps routed = {};  // of the experts: h of a slot
    // Of inputs that are normed on the way; without data they are taken as they are.
    DeviceWeight norm = {};
    float epsilon = 0;
    std::int64_t tokens = 0;
    const std::int32_t* slots = nullptr;
    const std::int32_t* begin = nullptr;
    int experts = 0;
    int active = 0;
    std::int64_t slotsOfRow = 1;  // of a row of routed.in: A where it is a token's, 1 a slot's
    int busy = 0;                 // experts of the grid
    std::int64_t allBlocks = 0;   // they come first
    int slices = 1;               // blocks that share the tokens of an expert
};

template <int Tokens>
struct ShrinkShared {
    FloatPair partial[kProductWarps];
    float scale[Tokens];
};

// The map whose tile it is; `tile` is then that of the map.
__device__ __forceinline__ const ShrunkMap& mapOfTile(const ShrunkMaps& maps, int& tile) {
    int m = 0;
    while (tile >= maps.map[m].low.first.rowTiles()) {
        tile -= maps.map[m].low.first.rowTiles();
        ++m;
    }
    return maps.map[m];
}

template <int Tokens>
__device__ void shrinkAll(const ShrinkArgs& args, std::int64_t block,
                          ShrinkShared<Tokens>& shared) {
    const int tiles = args.all.rowTiles();
    int tile = static_cast<int>(block % tiles);
    const std::int64_t token = block / tiles * Tokens;
    const std::int64_t left = args.tokens - token;
    const int count = left < Tokens ? static_cast<int>(left) : Tokens;
    const ShrunkMap& map = mapOfTile(args.all, tile);
    const DeviceLowRank& low = map.low.first;
    const float* in = args.all.in + token * low.cols;
    const auto put = [&](int t, int j, float value) {
        if (t < count) map.h[(token + t) * low.rank + j] = value;
    };
    if (args.norm.data == nullptr) {
        shrinkTile<Tokens>(
            low, tile,
            [&](int t, std::int64_t c) { return t < count ? in[t * low.cols + c] : 0.0F; }, put);
        return;
    }
    for (int t = 0; t < count; ++t) {
        const float scale = normScale(in + t * low.cols, low.cols, args.epsilon, shared.partial);
        if (threadIdx.x == 0) shared.scale[t] = scale;
    }
    __syncthreads();
    shrinkTile<Tokens>(
        low, tile,
        [&](int t, std::int64_t c) {
            return t < count ? in[t * low.cols + c] * shared.scale[t] * normWeight(args.norm, c)
                             : 0.0F;
        },
        put);
}

template <int Tokens>
__device__ void shrinkRouted(const ShrinkArgs& args, std::int64_t block) {
    const int tiles = args.routed.rowTiles();
    int tile = static_cast<int>(block % tiles);
    const std::int64_t rest = block / tiles;
    const int e = busyExpert(args.begin, args.experts, static_cast<int>(rest % args.busy));
    if (e < 0) return;
    const ShrunkMap& map = mapOfTile(args.routed, tile);
    const DeviceLowRank low = map.low.of(e);
    const std::int32_t end = args.begin[e + 1];
    const auto slice = static_cast<std::int32_t>(rest / args.busy);
    for (std::int32_t i = args.begin[e] + slice * Tokens; i < end; i += args.slices * Tokens) {
        const int count = end - i < Tokens ? static_cast<int>(end - i) : Tokens;
        const std::int32_t* slots = args.slots + i;
        shrinkTile<Tokens>(
            low, tile,
            [&](int t, std::int64_t c) {
                return t < count ? args.routed.in[slots[t] / args.slotsOfRow * low.cols + c] : 0.0F;
            },
            [&](int t, int j, float value) {
                if (t < count) map.h[std::int64_t{slots[t]} * low.rank + j] = value;
            });
    }
}

template <int Tokens>
__global__ void __launch_bounds__(kProductThreads) shrinkMaps(const ShrinkArgs args) {
    auto& shared = ptx::sharedMemory<ShrinkShared<Tokens>>();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t block = blockIdx.x;
    if (block < args.allBlocks) {
        shrinkAll<Tokens>(args, block, shared);
    } else {
        shrinkRouted<Tokens>(args, block - args.allBlocks);
    }
}

// Queues the launch; none where no map has factors.
inline void shrink(const DeviceRun& device, ShrinkArgs args) {
    constexpr int kMostSlices = 16;
    const auto with = [&](auto tokens) {
        args.allBlocks = args.all.rowTiles() * divideUp(args.tokens, tokens);
        const std::int64_t slotCount = args.tokens * args.active;
        args.busy = static_cast<int>(std::min<std::int64_t>(args.experts, slotCount));
        args.slices = static_cast<int>(
            std::clamp<std::int64_t>(divideUp(args.tokens, tokens), 1, kMostSlices));
        const std::int64_t routed = std::int64_t{args.routed.rowTiles()} * args.busy * args.slices;
        launch(shrinkMaps<tokens>, gridOf(args.allBlocks + routed), kProductThreads,
               sizeof(ShrinkShared<tokens>), device, args);
    };
    if (args.tokens == 1) return with(Count<1>());
    with(Count<kShrunkTokens>());
}

// ---- Expanding of many tokens -------------------------------------------------------------------

struct ExpandedMap {
    ShrunkMap map = {};
    float* out = nullptr;  // [rows, R]: added to
};

struct ExpandArgs {
    ExpandedMap map[kMostMaps] = {};
    int count = 0;
    std::int64_t tokens = 0;
    const std::int32_t* slots = nullptr;  // of experts
    const std::int32_t* begin = nullptr;

    void add(const ShrunkMap& map_, float* out) {
        if (map_.low.first.rank > 0) map[count++] = {map_, out};
    }
};

// One row of the weight and a few tokens, by a thread; index(t) is the row of h and of out.
template <int Tokens, class Index>
__device__ __forceinline__ void expandRow(const DeviceLowRank& low, const float* h, float* out,
                                          std::int64_t row, int count, const Index& index) {
    float sum[Tokens] = {};
    for (int j = 0; j < low.rank; ++j) {
        const float b = low.b[row * low.rank + j];
        DSM_UNROLL
        for (int t = 0; t < Tokens; ++t)
            sum[t] = t < count ? fmaf(b, h[index(t) * low.rank + j], sum[t]) : 0.0F;
    }
    DSM_UNROLL
    for (int t = 0; t < Tokens; ++t) {
        if (t < count) out[index(t) * low.rows + row] += low.scaling * sum[t];
    }
}

// A grid of (rows of all maps, tokens).
template <int Tokens>
__global__ void __launch_bounds__(kProductThreads) expandTokens(const ExpandArgs args) {
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    std::int64_t block = blockIdx.x;
    int m = 0;
    while (block >= divideUp(args.map[m].map.low.first.rows, kProductThreads)) {
        block -= divideUp(args.map[m].map.low.first.rows, kProductThreads);
        ++m;
    }
    const DeviceLowRank& low = args.map[m].map.low.first;
    const std::int64_t row = block * kProductThreads + threadIdx.x;
    const std::int64_t first = std::int64_t{blockIdx.y} * Tokens;
    const std::int64_t left = args.tokens - first;
    const int count = left < Tokens ? static_cast<int>(left) : Tokens;
    if (row >= low.rows) return;
    expandRow<Tokens>(low, args.map[m].map.h, args.map[m].out, row, count,
                      [&](int t) { return first + t; });
}

// A grid of (rows, experts, slices of an expert's tokens); one map.
template <int Tokens>
__global__ void __launch_bounds__(kProductThreads) expandSlots(const ExpandArgs args) {
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const ShrunkMap& map = args.map[0].map;
    const std::int64_t row = std::int64_t{blockIdx.x} * kProductThreads + threadIdx.x;
    if (row >= map.low.first.rows) return;
    const int e = static_cast<int>(blockIdx.y);
    const DeviceLowRank low = map.low.of(e);
    const std::int32_t end = args.begin[e + 1];
    const auto step = static_cast<std::int32_t>(gridDim.z) * Tokens;
    for (std::int32_t i = args.begin[e] + static_cast<std::int32_t>(blockIdx.z) * Tokens; i < end;
         i += step) {
        const int count = end - i < Tokens ? static_cast<int>(end - i) : Tokens;
        expandRow<Tokens>(low, map.h, args.map[0].out, row, count,
                          [&](int t) { return std::int64_t{args.slots[i + t]}; });
    }
}

inline void expand(const DeviceRun& device, const ExpandArgs& args) {
    std::int64_t blocks = 0;
    for (int m = 0; m < args.count; ++m)
        blocks += divideUp(args.map[m].map.low.first.rows, kProductThreads);
    launch(expandTokens<kShrunkTokens>,
           dim3(gridOf(blocks), gridOf(divideUp(args.tokens, kShrunkTokens))), kProductThreads, 0,
           device, args);
}

inline void expandOfExperts(const DeviceRun& device, const ExpandArgs& args, int experts) {
    if (args.count == 0) return;
    constexpr std::int64_t kMostSlices = 16;
    const std::int64_t slices =
        std::clamp<std::int64_t>(divideUp(args.tokens, kShrunkTokens), 1, kMostSlices);
    launch(expandSlots<kShrunkTokens>,
           dim3(gridOf(divideUp(args.map[0].map.low.first.rows, kProductThreads)), gridOf(experts),
                gridOf(slices)),
           kProductThreads, 0, device, args);
}

// out[t] += scaling * B (A in[t]) of one weight and many tokens, in two launches.
inline void addLowRank(const DeviceRun& device, const Weight& w, const float* in, float* out,
                       std::int64_t tokens) {
    const ShrunkMap map{.low = {.first = lowRankOnDevice(w)}};
    if (map.low.first.rank == 0) return;
    ShrunkMap placed = map;
    placed.h = LowRankSpace(device).take(tokens, map.low.first.rank);
    ShrinkArgs args{.all = {.in = in}, .tokens = tokens};
    args.all.add(placed);
    shrink(device, args);
    ExpandArgs expanded{.tokens = tokens};
    expanded.add(placed, out);
    expand(device, expanded);
}

}  // namespace dsm::cuda
