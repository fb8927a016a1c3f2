#include "kernels/cuda/last_block.h"
#include "kernels/cuda/normed_product.h"
#include "kernels/ops/route.h"

namespace dsm::cuda {
namespace {

struct ScoreArgs {
    NormedProduct product;  // out: the scores [T, E]
    int active;
    bool normalizes;
    std::int32_t* expert;  // [T, A]
    float* weight;         // [T, A]
    std::int32_t* slots;
    std::int32_t* begin;
    bool groups;              // as well: where one block sees every token
    std::uint32_t* counters;  // of each few tokens

    __device__ int experts() const { return static_cast<int>(product.weight.rows); }
};

// A router has few rows: of plain types a block takes one for each warp.
template <bool IsBlocked>
inline constexpr int kRouterRows = IsBlocked ? kPanelRows : kProductWarps;

template <bool IsBlocked, int Tokens>
struct ScoreShared {
    NormedShared<IsBlocked, Tokens> normed;
    int isLast;
};

// Logits to scores, in place; a lane reads back only what it wrote itself.
__device__ void softmaxRow(float* score, int experts) {
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

// The best experts of one token, by one warp: each is the best of those that rank below the last.
__device__ void chooseRow(const ScoreArgs& args, std::int64_t t) {
    const int experts = args.experts();
    float* score = args.product.out + t * experts;
    softmaxRow(score, experts);
    unsigned long long last = ~0ULL;
    float sum = 0;
    for (int a = 0; a < args.active; ++a) {
        unsigned long long best = 0;
        for (int e = laneIndex(); e < experts; e += kWarpLanes) {
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

// Few slots: each thread looks at all of them for its expert.
__device__ void groupFew(const ScoreArgs& args) {
    const int experts = args.experts();
    const int count = static_cast<int>(args.product.tokens) * args.active;
    for (int e = static_cast<int>(threadIdx.x); e < experts; e += kProductThreads) {
        int place = 0;
        for (int i = 0; i < count; ++i)
            place += args.expert[i] < e ? 1 : 0;
        args.begin[e] = place;
        for (int i = 0; i < count; ++i) {
            if (args.expert[i] == e) args.slots[place++] = i;
        }
    }
    if (threadIdx.x == 0) args.begin[experts] = count;
}

template <bool IsBlocked, int Tokens>
__global__ void __launch_bounds__(kProductThreads, kNormedBlocks<IsBlocked, Tokens>)
    scoreExperts(const ScoreArgs args) {
    auto& shared = ptx::sharedMemory<ScoreShared<IsBlocked, Tokens>>();
    multiplyNormed<kRouterRows<IsBlocked>>(args.product, shared.normed);
    if (!isLastOf(args.counters + blockIdx.y, gridDim.x, shared.isLast)) return;
    const std::int64_t first = static_cast<std::int64_t>(blockIdx.y) * Tokens;
    const int count = tokensOfBlock<Tokens>(args.product.tokens);
    for (int t = warpIndex(); t < count; t += kProductWarps)
        chooseRow(args, first + t);
    if (!args.groups) return;
    __syncthreads();
    groupFew(args);
}

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

void route(OpContext& context, const RouteArgs& args) {
    checkShapes(args);
    const std::int64_t experts = args.gate.rows;
    DSM_CHECK(context.device.counters != nullptr);
    DSM_CHECK(divideUp(args.x.rows, kMostTokens) <= kDeviceCounters);
    const ScoreArgs all{.product = {.x = args.x.data,
                                    .norm = onDevice(args.norm),
                                    .epsilon = args.epsilon,
                                    .weight = onDevice(args.gate),
                                    .normed = args.normed.data,
                                    .out = args.scores.data,
                                    .tokens = args.x.rows},
                        .active = static_cast<int>(args.expert.cols),
                        .normalizes = args.normalizeTopK,
                        .expert = args.expert.data,
                        .weight = args.weight.data,
                        .slots = args.groups.slots.data(),
                        .begin = args.groups.begin.data(),
                        .groups = args.x.rows > 0 && args.x.rows <= kMostTokens,
                        .counters = context.device.counters};
    withProduct(args.gate.type, args.x.rows, [&](auto blocked, auto tokens) {
        const dim3 grid(gridOf(divideUp(experts, kRouterRows<blocked>)),
                        gridOf(divideUp(args.x.rows, tokens)));
        launch(scoreExperts<blocked, tokens>, grid, kProductThreads,
               sizeof(ScoreShared<blocked, tokens>), context.device, all);
    });
    if (all.groups) return;
    launch(groupSlots, gridOf(experts), kProductThreads, sizeof(GroupShared), context.device,
           args.expert.data, static_cast<int>(args.expert.size()), args.groups.slots.data(),
           args.groups.begin.data());
}

}  // namespace dsm::cuda
