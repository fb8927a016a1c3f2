#include "kernels/cuda/dense_product.h"
#include "kernels/cuda/expert_list.h"
#include "kernels/cuda/low_rank_launch.h"
#include "kernels/cuda/product_launch.h"
#include "kernels/cuda/tile_add.h"
#include "kernels/ops/experts_input.h"

namespace dsm::cuda {
namespace {

__device__ __forceinline__ float silu(float z) {
    return z / (1.0F + expf(-z));
}

struct GateArgs {
    const float* normed;  // [T, D]
    std::int64_t tokens;
    DeviceWeight sharedGate, sharedUp;
    float* sharedHidden;        // [T, Fs]
    std::int64_t sharedBlocks;  // of this launch: they come first
    ExpertWeights gate, up;
    const std::int32_t* slots;
    const std::int32_t* begin;
    int experts, active;
    float* routedHidden;  // [T*A, F]
    // What factors of an adapter gave, by token and by slot.
    ShrunkMap sharedGateLow = {}, sharedUpLow = {}, gateLow = {}, upLow = {};
};

// Gate and up of one expert, and where their hidden numbers go.
struct Gated {
    DeviceWeight gate, up;
    DeviceLowRank gateLow, upLow;
    const float* gateH;  // [rows, r]
    const float* upH;
    float* hidden;  // [rows, F]

    // Of one row of inputs, the sums of both products.
    __device__ float number(std::int64_t index, std::int64_t row, float gateSum,
                            float upSum) const {
        const float z = gateSum + lowRankSum(gateLow, row, gateH + index * gateLow.rank);
        return silu(z) * (upSum + lowRankSum(upLow, row, upH + index * upLow.rank));
    }
};

__device__ __forceinline__ Gated sharedOf(const GateArgs& args) {
    return {args.sharedGate,
            args.sharedUp,
            args.sharedGateLow.low.first,
            args.sharedUpLow.low.first,
            args.sharedGateLow.h,
            args.sharedUpLow.h,
            args.sharedHidden};
}
__device__ __forceinline__ Gated routedOf(const GateArgs& args, int e) {
    return {args.gate.of(e), args.up.of(e), args.gateLow.low.of(e), args.upLow.low.of(e),
            args.gateLow.h,  args.upLow.h,  args.routedHidden};
}

template <bool IsBlocked, int Tokens>
struct GateShared {
    StagedRows<IsBlocked, Tokens> in;
    PanelShared<IsBlocked, Tokens> product;
    PanelTotals<Tokens> gate, up;
};

// One panel of hidden numbers of a few rows: number(t, c) are their inputs, index(t) the row that
// is theirs.
template <bool IsBlocked, int Tokens, class Number, class Index>
__device__ void hiddenPanel(GateShared<IsBlocked, Tokens>& shared, const Gated& of,
                            std::int64_t row, int count, const Number& number, const Index& index) {
    PanelProduct<IsBlocked, Tokens> gateProduct, upProduct;
    eachStretch(shared.in, of.gate.cols, number, [&](std::int64_t begin, std::int64_t end) {
        gateProduct.add(of.gate, row, begin, end, shared.in, shared.product);
        upProduct.add(of.up, row, begin, end, shared.in, shared.product);
    });
    gateProduct.finish(shared.gate, shared.product);
    upProduct.finish(shared.up, shared.product);
    for (int i = static_cast<int>(threadIdx.x); i < count * kPanelRows; i += kProductThreads) {
        const int t = i / kPanelRows;
        const int r = i % kPanelRows;
        if (row + r < of.gate.rows) {
            of.hidden[index(t) * of.gate.rows + row + r] =
                of.number(index(t), row + r, shared.gate.row[t][r], shared.up.row[t][r]);
        }
    }
}

template <bool IsBlocked, int Tokens>
__device__ void sharedPart(const GateArgs& args, std::int64_t block) {
    auto& shared = ptx::sharedMemory<GateShared<IsBlocked, Tokens>>();
    const DeviceWeight& gate = args.sharedGate;
    const std::int64_t panels = panelsOf(gate.rows);
    const std::int64_t row = block % panels * kPanelRows;
    const std::int64_t token = block / panels * Tokens;
    fetchPanel(gate, row);
    fetchPanel(args.sharedUp, row);
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t left = args.tokens - token;
    const int count = left < Tokens ? static_cast<int>(left) : Tokens;
    hiddenPanel(
        shared, sharedOf(args), row, count,
        [&](int t, std::int64_t c) {
            return t < count ? args.normed[(token + t) * gate.cols + c] : 0.0F;
        },
        [&](int t) { return token + t; });
}

// All tokens of one expert, a few at a time.
template <bool IsBlocked, int Tokens>
__device__ void routedPart(const GateArgs& args, std::int64_t block) {
    auto& shared = ptx::sharedMemory<GateShared<IsBlocked, Tokens>>();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t panels = panelsOf(args.gate.first.rows);
    const std::int64_t row = block % panels * kPanelRows;
    const int e = busyExpert(args.begin, args.experts, static_cast<int>(block / panels));
    if (e < 0) return;
    const Gated of = routedOf(args, e);
    const std::int32_t end = args.begin[e + 1];
    for (std::int32_t i = args.begin[e]; i < end; i += Tokens) {
        const int count = end - i < Tokens ? static_cast<int>(end - i) : Tokens;
        hiddenPanel(
            shared, of, row, count,
            [&](int t, std::int64_t c) {
                return t < count ? args.normed[args.slots[i + t] / args.active * of.gate.cols + c]
                                 : 0.0F;
            },
            [&](int t) { return std::int64_t{args.slots[i + t]}; });
    }
}

// Blocks that a multiprocessor has room for at least: left alone, the compiler makes room for more
// of them and spills.
template <bool IsBlocked, int Tokens>
[[maybe_unused]] constexpr int kGateBlocks = !IsBlocked    ? 2
                                             : Tokens == 1 ? 3
                                                           : 0;

template <bool IsBlocked, int Tokens>
__global__ void __launch_bounds__(kProductThreads, kGateBlocks<IsBlocked, Tokens>)
    gateExperts(const GateArgs args) {
    ptx::sharedMemory<GateShared<IsBlocked, Tokens>>().product.prepare();
    const std::int64_t block = blockIdx.x;
    if (block < args.sharedBlocks) {
        sharedPart<IsBlocked, Tokens>(args, block);
    } else {
        routedPart<IsBlocked, Tokens>(args, block - args.sharedBlocks);
    }
}

// The shared part, the routed part, or both in one launch.
void gate(const DeviceRun& device, GateArgs args, DType type, bool hasShared, bool hasRouted) {
    withProduct(type, args.tokens, [&](auto blocked, auto tokens) {
        args.sharedBlocks =
            hasShared ? panelsOf(args.sharedGate.rows) * divideUp(args.tokens, tokens) : 0;
        const std::int64_t busy = std::min<std::int64_t>(args.experts, args.tokens * args.active);
        const std::int64_t routedBlocks = hasRouted ? panelsOf(args.gate.first.rows) * busy : 0;
        launch(gateExperts<blocked, tokens>, gridOf(args.sharedBlocks + routedBlocks),
               kProductThreads, sizeof(GateShared<blocked, tokens>), device, args);
    });
}

// ---- Many tokens --------------------------------------------------------------------------------

// Hidden numbers of `count` tokens, a tile of rows: row(t) are their inputs, index(t) the row that
// is theirs.
template <bool IsBlocked, class Row, class Index>
__device__ void hiddenTile(const Gated& of, std::int64_t row, int count, const Row& tokenRow,
                           const Index& index) {
    auto& shared = ptx::sharedMemory<TileShared<IsBlocked>>();
    const DeviceWeight weight[2] = {of.gate, of.up};
    TileSums sums[2];
    multiplyTiles<IsBlocked>(shared, weight, row, count, tokenRow, sums);
    sums[0].eachWith(sums[1], count, [&](int t, int r, float gateSum, float upSum) {
        if (row + r >= of.gate.rows) return;
        const std::int64_t i = index(t);
        of.hidden[i * of.gate.rows + row + r] = of.number(i, row + r, gateSum, upSum);
    });
}

template <bool IsBlocked>
__global__ void __launch_bounds__(kProductThreads) gateSharedTiles(const GateArgs args) {
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const DeviceWeight& gate = args.sharedGate;
    const std::int64_t first = static_cast<std::int64_t>(blockIdx.y) * kTileTokens;
    hiddenTile<IsBlocked>(
        sharedOf(args), warpRow(blockIdx.x), tileCount(args.tokens, first),
        [&](int t) { return args.normed + (first + t) * gate.cols; },
        [&](int t) { return first + t; });
}

// Some tokens of one expert; most experts have fewer than the grid has room for.
template <bool IsBlocked>
__global__ void __launch_bounds__(kProductThreads) gateRoutedTiles(const GateArgs args) {
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const int e = static_cast<int>(blockIdx.y);
    const std::int64_t first = args.begin[e] + static_cast<std::int64_t>(blockIdx.z) * kTileTokens;
    if (first >= args.begin[e + 1]) return;
    const Gated of = routedOf(args, e);
    const std::int32_t* slots = args.slots + first;
    hiddenTile<IsBlocked>(
        of, warpRow(blockIdx.x), tileCount(args.begin[e + 1], first),
        [&](int t) { return args.normed + slots[t] / args.active * of.gate.cols; },
        [&](int t) { return std::int64_t{slots[t]}; });
}

void gateMany(const DeviceRun& device, const GateArgs& args, bool shared) {
    const DeviceWeight& gate = shared ? args.sharedGate : args.gate.first;
    const bool areBlocked = isBlocked(gate.type);
    const std::int64_t tiles = tokenTiles(args.tokens);
    const dim3 grid(gridOf(rowTiles(gate.rows)), shared ? gridOf(tiles) : gridOf(args.experts),
                    shared ? 1 : gridOf(tiles));
    const std::size_t bytes = areBlocked ? sizeof(TileShared<true>) : sizeof(TileShared<false>);
    const auto with = [&](auto kernel) {
        launch(kernel, grid, kProductThreads, bytes, device, args);
    };
    if (shared) return with(areBlocked ? gateSharedTiles<true> : gateSharedTiles<false>);
    with(areBlocked ? gateRoutedTiles<true> : gateRoutedTiles<false>);
}

// hidden = silu(hidden) * up
__global__ void __launch_bounds__(kProductThreads)
    meetUp(float* hidden, const float* up, const std::int64_t count) {
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t i = std::int64_t{blockIdx.x} * kProductThreads + threadIdx.x;
    if (i < count) hidden[i] = silu(hidden[i]) * up[i];
}

// The shared part by dense products: gate into its place, up into the scratch.
void gateDense(OpContext& context, const ExpertsInputArgs& args, const GateArgs& all) {
    const Matrix<float>& hidden = args.sharedHidden;
    const std::int64_t tokens = hidden.rows;
    const std::int64_t halvesBytes = denseHalvesBytes(args.normed.size());
    DSM_CHECK(context.scratchBytes() >= halvesBytes + hidden.size() * std::int64_t{sizeof(float)});
    auto* up = reinterpret_cast<float*>(context.scratch.data() + halvesBytes);
    const std::byte* halves = splitRows(context, args.normed);
    DenseProduct& dense = *context.device.dense;
    dense.multiply(context.device, halves, args.sharedGate, tokens, false, hidden.data);
    dense.multiply(context.device, halves, args.sharedUp, tokens, false, up);
    ExpandArgs low{.tokens = tokens};
    low.add(all.sharedGateLow, hidden.data);
    low.add(all.sharedUpLow, up);
    expand(context.device, low);
    launch(meetUp, gridOf(divideUp(hidden.size(), kProductThreads)), kProductThreads, 0,
           context.device, hidden.data, up, hidden.size());
}

// Places what the factors of the four maps give, and shrinks all inputs in one launch.
void shrinkInputs(const DeviceRun& device, const ExpertsInputArgs& args, GateArgs& all) {
    LowRankSpace space(device);
    const std::int64_t slots = all.tokens * all.active;
    const auto placed = [&](const ExpertLowRanks& low, std::int64_t rows) {
        return ShrunkMap{.low = low, .h = space.take(rows, low.first.rank)};
    };
    all.sharedGateLow = placed({.first = lowRankOnDevice(args.sharedGate)}, all.tokens);
    all.sharedUpLow = placed({.first = lowRankOnDevice(args.sharedUp)}, all.tokens);
    all.gateLow = placed(lowRankOnDevice(args.gate), slots);
    all.upLow = placed(lowRankOnDevice(args.up), slots);
    ShrinkArgs shrunk{.all = {.in = all.normed},
                      .routed = {.in = all.normed},
                      .tokens = all.tokens,
                      .slots = all.slots,
                      .begin = all.begin,
                      .experts = all.experts,
                      .active = all.active,
                      .slotsOfRow = std::max(all.active, 1)};
    shrunk.all.add(all.sharedGateLow);
    shrunk.all.add(all.sharedUpLow);
    shrunk.routed.add(all.gateLow);
    shrunk.routed.add(all.upLow);
    shrink(device, shrunk);
}

}  // namespace

void expertsInput(OpContext& context, const ExpertsInputArgs& args) {
    checkShapes(args, Memory::Device);
    GateArgs all{.normed = args.normed.data,
                 .tokens = args.normed.rows,
                 .sharedGate = onDevice(args.sharedGate),
                 .sharedUp = onDevice(args.sharedUp),
                 .sharedHidden = args.sharedHidden.data,
                 .sharedBlocks = 0,
                 .gate = onDevice(args.gate),
                 .up = onDevice(args.up),
                 .slots = args.groups.slots.data(),
                 .begin = args.groups.begin.data(),
                 .experts = static_cast<int>(args.gate.size()),
                 .active = static_cast<int>(args.activeExperts),
                 .routedHidden = args.routedHidden.data};
    shrinkInputs(context.device, args, all);
    const bool hasRouted = !args.gate.empty();
    const DType sharedType = args.sharedGate.type;
    const DType routedType = hasRouted ? args.gate.front().type : sharedType;
    if (all.tokens > kPanelTokens && hasTiles(sharedType) && hasTiles(routedType)) {
        if (takesDense(context, args.sharedGate, all.tokens) &&
            takesDense(context, args.sharedUp, all.tokens)) {
            gateDense(context, args, all);
        } else {
            gateMany(context.device, all, true);
        }
        if (hasRouted) gateMany(context.device, all, false);
        return;
    }
    if (isBlocked(sharedType) == isBlocked(routedType)) {
        gate(context.device, all, sharedType, true, hasRouted);
    } else {
        gate(context.device, all, sharedType, true, false);
        gate(context.device, all, routedType, false, true);
    }
}

}  // namespace dsm::cuda
