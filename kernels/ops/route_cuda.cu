#include "kernels/cuda/last_block.h"
#include "kernels/cuda/normed_product.h"
#include "kernels/ops/expert_choice.h"
#include "kernels/ops/route.h"

namespace dsm::cuda {
namespace {

struct ScoreArgs {
    NormedProduct product;  // out: the scores [T, E]
    ExpertChoice choice;
    std::int32_t* slots;
    std::int32_t* begin;
    bool groups;              // as well: where one block sees every token
    std::uint32_t* counters;  // of each few tokens
    DeviceLowRank low;
    float* h;    // [T, r]
    int panels;  // blocks of the product; behind them come those of A
};

// A router has few rows: of plain types a block takes one for each warp.
template <bool IsBlocked>
inline constexpr int kRouterRows = IsBlocked ? kPanelRows : kProductWarps;

template <bool IsBlocked, int Tokens>
struct ScoreShared {
    NormedShared<IsBlocked, Tokens> normed;
    int isLast;
};

// Few slots: each thread looks at all of them for its expert.
__device__ void groupFew(const ScoreArgs& args) {
    const ExpertChoice& choice = args.choice;
    const int count = static_cast<int>(args.product.tokens) * choice.active;
    for (int e = static_cast<int>(threadIdx.x); e < choice.experts; e += kProductThreads) {
        int place = 0;
        for (int i = 0; i < count; ++i)
            place += choice.expert[i] < e ? 1 : 0;
        args.begin[e] = place;
        for (int i = 0; i < count; ++i) {
            if (choice.expert[i] == e) args.slots[place++] = i;
        }
    }
    if (threadIdx.x == 0) args.begin[choice.experts] = count;
}

template <bool IsBlocked, int Tokens>
__device__ void shrinkNormed(const ScoreArgs& args, std::int64_t first, int count, int tile,
                             NormedShared<IsBlocked, Tokens>& shared) {
    const DeviceLowRank& low = args.low;
    const float* x = args.product.x + first * low.cols;
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    for (int t = 0; t < count; ++t) {
        const float scale =
            normScale(x + t * low.cols, low.cols, args.product.epsilon, shared.partial);
        if (threadIdx.x == 0) shared.scale[t] = scale;
    }
    __syncthreads();
    shrinkTile<Tokens>(
        low, tile,
        [&](int t, std::int64_t c) {
            return t < count
                       ? x[t * low.cols + c] * shared.scale[t] * normWeight(args.product.norm, c)
                       : 0.0F;
        },
        [&](int t, int j, float value) {
            if (t < count) args.h[(first + t) * low.rank + j] = value;
        });
}

// By the last block, before it chooses.
__device__ void addToScores(const ScoreArgs& args, std::int64_t first, int count) {
    const DeviceLowRank& low = args.low;
    for (std::int64_t i = threadIdx.x; i < count * low.rows; i += kProductThreads) {
        const std::int64_t t = first + i / low.rows;
        float* score = args.choice.scores + t * low.rows + i % low.rows;
        *score = ptx::loadFresh(score) +
                 lowRankSum<FreshNumber>(low, i % low.rows, args.h + t * low.rank);
    }
    __threadfence();
    __syncthreads();
}

template <bool IsBlocked, int Tokens>
__global__ void __launch_bounds__(kProductThreads, kNormedBlocks<IsBlocked, Tokens>)
    scoreExperts(const ScoreArgs args) {
    auto& shared = ptx::sharedMemory<ScoreShared<IsBlocked, Tokens>>();
    const std::int64_t first = static_cast<std::int64_t>(blockIdx.y) * Tokens;
    const int count = tokensOfBlock<Tokens>(args.product.tokens);
    const int behind = static_cast<int>(blockIdx.x) - args.panels;
    if (behind < 0) {
        multiplyNormed<kRouterRows<IsBlocked>>(args.product, shared.normed);
    } else {
        shrinkNormed(args, first, count, behind, shared.normed);
    }
    if (!isLastOf(args.counters + blockIdx.y, gridDim.x, shared.isLast)) return;
    if (args.low.rank > 0) addToScores(args, first, count);
    for (int t = warpIndex(); t < count; t += kProductWarps)
        chooseExperts(args.choice, first + t);
    if (!args.groups) return;
    __syncthreads();
    groupFew(args);
}

}  // namespace

void route(OpContext& context, const RouteArgs& args) {
    checkShapes(args);
    const std::int64_t experts = args.gate.rows;
    DSM_CHECK(context.device.counters != nullptr);
    DSM_CHECK(divideUp(args.x.rows, kMostTokens) <= kDeviceCounters);
    const DeviceLowRank low = lowRankOnDevice(args.gate);
    ScoreArgs all{.product = {.x = args.x.data,
                              .norm = onDevice(args.norm),
                              .epsilon = args.epsilon,
                              .weight = onDevice(args.gate),
                              .normed = args.normed.data,
                              .out = args.scores.data,
                              .tokens = args.x.rows},
                  .choice = {.scores = args.scores.data,
                             .experts = static_cast<int>(experts),
                             .active = static_cast<int>(args.expert.cols),
                             .normalizes = args.normalizeTopK,
                             .expert = args.expert.data,
                             .weight = args.weight.data},
                  .slots = args.groups.slots.data(),
                  .begin = args.groups.begin.data(),
                  .groups = args.x.rows > 0 && args.x.rows <= kMostTokens,
                  .counters = context.device.counters,
                  .low = low,
                  .h = LowRankSpace(context.device).take(args.x.rows, low.rank),
                  .panels = 0};
    withProduct(args.gate.type, args.x.rows, [&](auto blocked, auto tokens) {
        all.panels = static_cast<int>(divideUp(experts, kRouterRows<blocked>));
        const dim3 grid(gridOf(all.panels + low.rowTiles()), gridOf(divideUp(args.x.rows, tokens)));
        launch(scoreExperts<blocked, tokens>, grid, kProductThreads,
               sizeof(ScoreShared<blocked, tokens>), context.device, all);
    });
    if (all.groups) return;
    launchGroupSlots(context.device, args.expert, experts, args.groups);
}

}  // namespace dsm::cuda
