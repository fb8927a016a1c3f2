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
__global__ void __launch_bounds__(kProductThreads, kNormedBlocks<IsBlocked, Tokens>)
    scoreExperts(const ScoreArgs args) {
    auto& shared = ptx::sharedMemory<ScoreShared<IsBlocked, Tokens>>();
    multiplyNormed<kRouterRows<IsBlocked>>(args.product, shared.normed);
    if (!isLastOf(args.counters + blockIdx.y, gridDim.x, shared.isLast)) return;
    const std::int64_t first = static_cast<std::int64_t>(blockIdx.y) * Tokens;
    const int count = tokensOfBlock<Tokens>(args.product.tokens);
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
    const ScoreArgs all{.product = {.x = args.x.data,
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
                        .counters = context.device.counters};
    withProduct(args.gate.type, args.x.rows, [&](auto blocked, auto tokens) {
        const dim3 grid(gridOf(divideUp(experts, kRouterRows<blocked>)),
                        gridOf(divideUp(args.x.rows, tokens)));
        launch(scoreExperts<blocked, tokens>, grid, kProductThreads,
               sizeof(ScoreShared<blocked, tokens>), context.device, all);
    });
    if (all.groups) return;
    launchGroupSlots(context.device, args.expert, experts, args.groups);
}

}  // namespace dsm::cuda
