#include "kernels/cuda/product_launch.h"
#include "kernels/cuda/row_norm.h"
#include "kernels/cuda/tile_add.h"
#include "kernels/ops/logits.h"
#include "kernels/ops/norm.h"
#include "kernels/ops/shapes.h"

namespace dsm::cuda {
namespace {

struct HeadArgs {
    const float* x;  // [R, D]
    DeviceWeight norm;
    float epsilon;
    DeviceWeight head;
    float* normed;  // [R, D]
    float* logits;  // [R, V]
    std::int64_t rows;
};

template <bool IsBlocked, int Tokens>
struct HeadShared {
    StagedRows<IsBlocked, Tokens> in;
    PanelShared<IsBlocked, Tokens> product;
    PanelTotals<Tokens> total;
    double partial[kProductWarps];
    float scale[Tokens];
};

template <bool IsBlocked, int Tokens>
__global__ void __launch_bounds__(kProductThreads) multiplyHead(const HeadArgs args) {
    auto& shared = ptx::sharedMemory<HeadShared<IsBlocked, Tokens>>();
    const DeviceWeight& w = args.head;
    const std::int64_t row = static_cast<std::int64_t>(blockIdx.x) * kPanelRows;
    const std::int64_t first = static_cast<std::int64_t>(blockIdx.y) * Tokens;
    const int count = args.rows - first < Tokens ? static_cast<int>(args.rows - first) : Tokens;
    fetchPanel(w, row);
    shared.product.prepare();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();

    const float* x = args.x + first * w.cols;
    for (int t = 0; t < count; ++t) {
        const float scale = normScale(x + t * w.cols, w.cols, args.epsilon, shared.partial);
        if (threadIdx.x == 0) shared.scale[t] = scale;
    }
    const auto normed = [&](int t, std::int64_t c) {
        return t < count ? x[t * w.cols + c] * shared.scale[t] * normWeight(args.norm, c) : 0.0F;
    };
    PanelProduct<IsBlocked, Tokens> product;
    eachStretch(shared.in, w.cols, normed, [&](std::int64_t begin, std::int64_t end) {
        product.add(w, row, begin, end, shared.in, shared.product);
    });
    product.finish(shared.total, shared.product);
    if (blockIdx.x == 0) {
        for (std::int64_t i = threadIdx.x; i < count * w.cols; i += kProductThreads)
            args.normed[first * w.cols + i] = normed(static_cast<int>(i / w.cols), i % w.cols);
    }
    for (int i = static_cast<int>(threadIdx.x); i < count * kPanelRows; i += kProductThreads) {
        const std::int64_t r = row + i % kPanelRows;
        if (r < w.rows)
            args.logits[(first + i / kPanelRows) * w.rows + r] =
                shared.total.row[i / kPanelRows][i % kPanelRows];
    }
}

// Of rows that are normed already.
template <bool IsBlocked>
__global__ void __launch_bounds__(kProductThreads) headTiles(const HeadArgs args) {
    auto& shared = ptx::sharedMemory<TileShared<IsBlocked>>();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t row = warpRow(blockIdx.x);
    const std::int64_t first = static_cast<std::int64_t>(blockIdx.y) * kTileTokens;
    const int count = tileCount(args.rows, first);
    const DeviceWeight weight[1] = {args.head};
    TileSums sums[1];
    const float* normed = args.normed + first * args.head.cols;
    multiplyTiles<IsBlocked>(
        shared, weight, row, count, [&](int t) { return normed + t * args.head.cols; }, sums);
    sums[0].each(count, [&](int t, int r, float value) {
        if (row + r < args.head.rows) args.logits[(first + t) * args.head.rows + row + r] = value;
    });
}

void manyLogits(OpContext& context, const LogitsArgs& args, const HeadArgs& all) {
    norm(context, {.x = args.x, .weight = args.norm, .epsilon = args.epsilon, .out = args.normed});
    const dim3 grid(gridOf(rowTiles(all.head.rows)), gridOf(tokenTiles(all.rows)));
    const bool areBlocked = isBlocked(all.head.type);
    launch(areBlocked ? headTiles<true> : headTiles<false>, grid, kProductThreads,
           areBlocked ? sizeof(TileShared<true>) : sizeof(TileShared<false>), context.device, all);
}

}  // namespace

void logits(OpContext& context, const LogitsArgs& args) {
    checkShapes(args);
    const HeadArgs all{args.x.data,      onDevice(args.norm), args.epsilon, onDevice(args.head),
                       args.normed.data, args.logits.data,    args.x.rows};
    if (all.rows > kPanelTokens && hasTiles(args.head.type)) return manyLogits(context, args, all);
    withProduct(args.head.type, all.rows, [&](auto blocked, auto tokens) {
        const dim3 grid(gridOf(panelsOf(args.head.rows)), gridOf(divideUp(all.rows, tokens)));
        launch(multiplyHead<blocked, tokens>, grid, kProductThreads,
               sizeof(HeadShared<blocked, tokens>), context.device, all);
    });
}

}  // namespace dsm::cuda
