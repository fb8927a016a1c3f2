#include "kernels/cuda/dense_product.h"
#include "kernels/cuda/low_rank_launch.h"
#include "kernels/cuda/normed_product.h"
#include "kernels/cuda/tile_add.h"
#include "kernels/ops/logits.h"
#include "kernels/ops/norm.h"

namespace dsm::cuda {
namespace {

template <bool IsBlocked, int Tokens>
__global__ void __launch_bounds__(kProductThreads, kNormedBlocks<IsBlocked, Tokens>)
    multiplyHead(const NormedProduct args) {
    multiplyNormed<kPanelRows>(args, ptx::sharedMemory<NormedShared<IsBlocked, Tokens>>());
}

// Of rows that are normed already.
template <bool IsBlocked>
__global__ void __launch_bounds__(kProductThreads) headTiles(const NormedProduct args) {
    auto& shared = ptx::sharedMemory<TileShared<IsBlocked>>();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t row = warpRow(blockIdx.x);
    const std::int64_t first = static_cast<std::int64_t>(blockIdx.y) * kTileTokens;
    const int count = tileCount(args.tokens, first);
    const DeviceWeight weight[1] = {args.weight};
    TileSums sums[1];
    const float* normed = args.normed + first * args.weight.cols;
    multiplyTiles<IsBlocked>(
        shared, weight, row, count, [&](int t) { return normed + t * args.weight.cols; }, sums);
    sums[0].each(count, [&](int t, int r, float value) {
        if (row + r < args.weight.rows) args.out[(first + t) * args.weight.rows + row + r] = value;
    });
}

void multiplyMany(OpContext& context, const LogitsArgs& args, const NormedProduct& all) {
    if (takesDense(context, args.head, all.tokens)) {
        const std::byte* halves = splitRows(context, args.normed);
        return context.device.dense->multiply(context.device, halves, args.head, all.tokens, false,
                                              all.out);
    }
    const dim3 grid(gridOf(rowTiles(all.weight.rows)), gridOf(tokenTiles(all.tokens)));
    const bool areBlocked = isBlocked(all.weight.type);
    launch(areBlocked ? headTiles<true> : headTiles<false>, grid, kProductThreads,
           areBlocked ? sizeof(TileShared<true>) : sizeof(TileShared<false>), context.device, all);
}

void manyLogits(OpContext& context, const LogitsArgs& args, const NormedProduct& all) {
    norm(context, {.x = args.x, .weight = args.norm, .epsilon = args.epsilon, .out = args.normed});
    multiplyMany(context, args, all);
    addLowRank(context.device, args.head, all.normed, all.out, all.tokens);
}

// Shrinks the rows, normed on the way.
void shrinkFew(const DeviceRun& device, NormedProduct& all, const DeviceLowRank& low) {
    float* h = LowRankSpace(device).take(all.tokens, low.rank);
    ShrinkArgs args{
        .all = {.in = all.x}, .norm = all.norm, .epsilon = all.epsilon, .tokens = all.tokens};
    args.all.add({.low = {.first = low}, .h = h});
    shrink(device, args);
    all.low = low;
    all.h = h;
}

}  // namespace

void logits(OpContext& context, const LogitsArgs& args) {
    checkShapes(args);
    NormedProduct all{.x = args.x.data,
                      .norm = onDevice(args.norm),
                      .epsilon = args.epsilon,
                      .weight = onDevice(args.head),
                      .normed = args.normed.data,
                      .out = args.logits.data,
                      .tokens = args.x.rows};
    if (all.tokens > kPanelTokens && hasTiles(args.head.type))
        return manyLogits(context, args, all);
    if (args.head.lowRank != nullptr) shrinkFew(context.device, all, lowRankOnDevice(args.head));
    withProduct(args.head.type, all.tokens, [&](auto blocked, auto tokens) {
        const dim3 grid(gridOf(panelsOf(args.head.rows)), gridOf(divideUp(all.tokens, tokens)));
        launch(multiplyHead<blocked, tokens>, grid, kProductThreads,
               sizeof(NormedShared<blocked, tokens>), context.device, all);
    });
}

}  // namespace dsm::cuda
