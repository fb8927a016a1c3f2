#include "kernels/cuda/product_launch.h"
#include "kernels/ops/expert_choice.h"
#include "kernels/ops/train/router.h"

namespace dsm::cuda {
namespace {

// A warp for each token.
__global__ void __launch_bounds__(kProductThreads)
    chooseTokens(const ExpertChoice choice, const std::int64_t tokens) {
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t t = static_cast<std::int64_t>(blockIdx.x) * kProductWarps + warpIndex();
    if (t < tokens) chooseExperts(choice, t);
}

struct SlotPlaces {
    const std::int32_t* slots;
    const float* weight;
    std::int64_t count;
    int active;
    std::int32_t *place, *tokenOf;
    float* factor;
};

__global__ void __launch_bounds__(kProductThreads) placeSlots(const SlotPlaces args) {
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * kProductThreads + threadIdx.x;
    if (i >= args.count) return;
    const std::int32_t slot = args.slots[i];
    args.place[slot] = static_cast<std::int32_t>(i);
    args.tokenOf[i] = slot / args.active;
    args.factor[i] = args.weight[slot];
}

// ---- The balance of one segment -----------------------------------------------------------------

struct Balance {
    const float* scores;
    const std::int32_t* expert;
    const std::int32_t* segments;
    int experts, active;
    double balance;
    const double* balanceThere;
};

struct BalanceShared {
    double partial[kProductWarps];
    __device__ int* counts() { return reinterpret_cast<int*>(this + 1); }  // [E]
};

std::size_t balanceSharedBytes(std::int64_t experts) {
    return sizeof(BalanceShared) + static_cast<std::size_t>(experts) * sizeof(int);
}

// How many slots of the segment's tokens each expert has; for all threads.
__device__ void countSlots(const Balance& args, std::int64_t first, std::int64_t last,
                           BalanceShared& shared) {
    __syncthreads();
    for (int e = static_cast<int>(threadIdx.x); e < args.experts; e += kProductThreads)
        shared.counts()[e] = 0;
    __syncthreads();
    for (std::int64_t i = first * args.active + threadIdx.x; i < last * args.active;
         i += kProductThreads) {
        atomicAdd(&shared.counts()[args.expert[i]], 1);
    }
    __syncthreads();
}

// balance * E / (A n^2): what a slot of the segment adds to its expert's factor.
__device__ __forceinline__ double shareOfSlot(const Balance& args, std::int64_t tokens) {
    const auto n = static_cast<double>(tokens);
    const double balance = args.balanceThere != nullptr ? *args.balanceThere : args.balance;
    return balance * static_cast<double>(args.experts) / (static_cast<double>(args.active) * n * n);
}

// ---- Back ---------------------------------------------------------------------------------------

struct RouterBack {
    Balance balance;
    const float* weight;
    const std::int32_t* place;
    const float* dFactor;
    bool normalizes;
    float* dLogits;
};

// What the choices of a token send back to their scores.
struct ChoiceGradient {
    double sum = 1;  // of the chosen scores, where weights are normalised
    double inner = 0;

    __device__ ChoiceGradient(const RouterBack& args, std::int64_t t, const float* score) {
        if (!args.normalizes) return;
        const int active = args.balance.active;
        sum = 0;
        for (std::int64_t i = t * active; i < (t + 1) * active; ++i) {
            sum += static_cast<double>(score[args.balance.expert[i]]);
            inner += static_cast<double>(args.dFactor[args.place[i]]) *
                     static_cast<double>(args.weight[i]);
        }
    }
    __device__ double of(const RouterBack& args, std::int64_t t, int e) const {
        const int active = args.balance.active;
        for (std::int64_t i = t * active; i < (t + 1) * active; ++i) {
            if (args.balance.expert[i] == e)
                return (static_cast<double>(args.dFactor[args.place[i]]) - inner) / sum;
        }
        return 0;
    }
};

// Grid: segments. A warp for each token.
__global__ void __launch_bounds__(kProductThreads) routeBack(const RouterBack args) {
    auto& shared = ptx::sharedMemory<BalanceShared>();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const Balance& balance = args.balance;
    const std::int64_t first = balance.segments[blockIdx.x];
    const std::int64_t last = balance.segments[blockIdx.x + 1];
    countSlots(balance, first, last, shared);
    const double share = shareOfSlot(balance, last - first);
    for (std::int64_t t = first + warpIndex(); t < last; t += kProductWarps) {
        const float* score = balance.scores + t * balance.experts;
        const ChoiceGradient choice(args, t, score);
        const auto dScore = [&](int e) {
            return choice.of(args, t, e) + share * shared.counts()[e];
        };
        double sum = 0;
        for (int e = laneIndex(); e < balance.experts; e += kWarpLanes)
            sum += dScore(e) * static_cast<double>(score[e]);
        sum = warpSum(sum);
        for (int e = laneIndex(); e < balance.experts; e += kWarpLanes) {
            args.dLogits[t * balance.experts + e] =
                static_cast<float>(static_cast<double>(score[e]) * (dScore(e) - sum));
        }
    }
}

// One block, segment after segment.
__global__ void __launch_bounds__(kProductThreads)
    addBalance(const Balance args, const int segments, double* loss) {
    auto& shared = ptx::sharedMemory<BalanceShared>();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    double total = 0;
    for (int s = 0; s < segments; ++s) {
        const std::int64_t first = args.segments[s];
        const std::int64_t last = args.segments[s + 1];
        if (first == last) continue;
        countSlots(args, first, last, shared);
        const double share = shareOfSlot(args, last - first);
        double own = 0;
        for (std::int64_t i = first * args.experts + threadIdx.x; i < last * args.experts;
             i += kProductThreads) {
            own += share * shared.counts()[i % args.experts] * static_cast<double>(args.scores[i]);
        }
        total += blockSum(own, shared.partial);
    }
    if (threadIdx.x == 0) *loss += total;
}

template <class Args>
Balance balanceOf(const Args& args) {
    return {.scores = args.scores.data,
            .expert = args.expert.data,
            .segments = args.segments.data(),
            .experts = static_cast<int>(args.scores.cols),
            .active = static_cast<int>(args.expert.cols),
            .balance = args.balance,
            .balanceThere = args.balanceThere};
}

}  // namespace

void routerForward(OpContext& context, const RouterForwardArgs<float>& args) {
    checkShapes(args);
    const std::int64_t tokens = args.scores.rows;
    const ExpertChoice choice{.scores = args.scores.data,
                              .experts = static_cast<int>(args.scores.cols),
                              .active = static_cast<int>(args.expert.cols),
                              .normalizes = args.normalizeTopK,
                              .expert = args.expert.data,
                              .weight = args.weight.data};
    launch(chooseTokens, gridOf(divideUp(tokens, kProductWarps)), kProductThreads, 0,
           context.device, choice, tokens);
    launchGroupSlots(context.device, args.expert, args.scores.cols, args.groups);
    launch(placeSlots, gridOf(divideUp(args.expert.size(), kProductThreads)), kProductThreads, 0,
           context.device,
           SlotPlaces{.slots = args.groups.slots.data(),
                      .weight = args.weight.data,
                      .count = args.expert.size(),
                      .active = choice.active,
                      .place = args.place.data(),
                      .tokenOf = args.tokenOf.data(),
                      .factor = args.factor.data()});
}

void routerBackward(OpContext& context, const RouterBackwardArgs<float>& args) {
    checkShapes(args, Memory::Device);
    launch(routeBack, gridOf(lengthOf(args.segments) - 1), kProductThreads,
           balanceSharedBytes(args.scores.cols), context.device,
           RouterBack{.balance = balanceOf(args),
                      .weight = args.weight.data,
                      .place = args.place.data(),
                      .dFactor = args.dFactor.data(),
                      .normalizes = args.normalizeTopK,
                      .dLogits = args.dLogits.data});
}

void balanceLoss(OpContext& context, const BalanceLossArgs<float>& args) {
    checkShapes(args, Memory::Device);
    launch(addBalance, 1, kProductThreads, balanceSharedBytes(args.scores.cols), context.device,
           balanceOf(args), static_cast<int>(args.segments.size()) - 1, args.loss);
}

}  // namespace dsm::cuda
