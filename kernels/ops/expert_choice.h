// The choice of experts from a router's logits, and the groups of slots that it makes
// (kernels/ops/route.h), for inference and training.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "kernels/base/views.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/reduce.h"
#include "kernels/cuda/staged_rows.h"
#include "kernels/ops/expert_groups.h"

namespace dsm::cuda {

struct ExpertChoice {
    float* scores;  // [T, E] in: logits; out: scores
    int experts;
    int active;
    bool normalizes;
    std::int32_t* expert;  // [T, A] out
    float* weight;         // [T, A] out
};

// Logits to scores, in place; a lane reads back only what it wrote itself.
__device__ inline void softmaxRow(float* score, int experts) {
    float largest = -INFINITY;
    for (int e = laneIndex(); e < experts; e += kWarpLanes) {
        const float logit = ptx::loadFresh(score + e);
        largest = logit > largest ? logit : largest;
    }
    largest = warpMax(largest);
    float total = 0;
    for (int e = laneIndex(); e < experts; e += kWarpLanes) {
        const float share = expf(ptx::loadFresh(score + e) - largest);
        score[e] = share;
        total += share;
    }
    total = warpSum(total);
    for (int e = laneIndex(); e < experts; e += kWarpLanes)
        score[e] /= total;
}

// Larger for larger scores (which are not negative), then for lower experts. Never 0.
__device__ __forceinline__ unsigned long long rankOf(float score, int e) {
    return static_cast<unsigned long long>(__float_as_uint(score)) << 32U |
           (0xffffffffU - static_cast<std::uint32_t>(e));
}

// The best experts of token t, by one warp: each is the best of those that rank below the last.
__device__ inline void chooseExperts(const ExpertChoice& args, std::int64_t t) {
    float* score = args.scores + t * args.experts;
    softmaxRow(score, args.experts);
    unsigned long long last = ~0ULL;
    float sum = 0;
    for (int a = 0; a < args.active; ++a) {
        unsigned long long best = 0;
        for (int e = laneIndex(); e < args.experts; e += kWarpLanes) {
            const unsigned long long rank = rankOf(score[e], e);
            if (rank < last && rank > best) best = rank;
        }
        last = warpMax(best);
        const float weight = __uint_as_float(static_cast<std::uint32_t>(last >> 32U));
        sum += weight;
        if (laneIndex() != 0) continue;
        args.expert[t * args.active + a] =
            static_cast<std::int32_t>(0xffffffffU - static_cast<std::uint32_t>(last));
        args.weight[t * args.active + a] = weight;
    }
    if (!args.normalizes || laneIndex() != 0) return;
    for (int a = 0; a < args.active; ++a)
        args.weight[t * args.active + a] /= sum;
}

namespace {

struct GroupShared {
    int partial[kProductWarps];
    int before[kProductWarps];
};

// Many slots: a block for each expert finds where its slots begin, and writes them in order.
__global__ void __launch_bounds__(kProductThreads)
    groupSlots(const std::int32_t* expert, const int count, std::int32_t* slots,
               std::int32_t* begin) {
    auto& shared = ptx::sharedMemory<GroupShared>();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const int e = static_cast<int>(blockIdx.x);
    const int thread = static_cast<int>(threadIdx.x);
    int lower = 0;
    for (int i = thread; i < count; i += kProductThreads)
        lower += expert[i] < e ? 1 : 0;
    int place = blockSum(lower, shared.partial);
    if (thread == 0) {
        begin[e] = place;
        if (blockIdx.x + 1 == gridDim.x) begin[e + 1] = count;
    }
    for (int first = 0; first < count; first += kProductThreads) {
        const int i = first + thread;
        const bool isOwn = i < count && expert[i] == e;
        const std::uint32_t own = __ballot_sync(kAllLanes, isOwn);
        __syncthreads();
        if (laneIndex() == 0) shared.before[warpIndex()] = __popc(own);
        __syncthreads();
        int before = 0, all = 0;
        for (int w = 0; w < kProductWarps; ++w) {
            if (w < warpIndex()) before += shared.before[w];
            all += shared.before[w];
        }
        const std::uint32_t lowerLanes = (1U << laneIndex()) - 1;
        if (isOwn) slots[place + before + __popc(own & lowerLanes)] = i;
        place += all;
    }
}

}  // namespace

inline void launchGroupSlots(const DeviceRun& device, const Matrix<std::int32_t>& expert,
                             std::int64_t experts, const ExpertGroups& groups) {
    launch(groupSlots, static_cast<unsigned>(experts), kProductThreads, sizeof(GroupShared), device,
           expert.data, static_cast<int>(expert.size()), groups.slots.data(), groups.begin.data());
}

}  // namespace dsm::cuda
