#include "kernels/cuda/add_rows.h"
#include "kernels/cuda/last_block.h"
#include "kernels/cuda/low_rank_launch.h"
#include "kernels/cuda/product_launch.h"
#include "kernels/ops/attention_output.h"

namespace dsm::cuda {
namespace {

struct AddArgs {
    const float* attended;  // [T, H*K]
    DeviceWeight output;
    float* x;  // [T, D]
    std::int64_t tokens;
    DeviceLowRank low;
    float* h;                 // [T, r]
    std::uint32_t* counters;  // of each few tokens, where there are factors
};

template <bool IsBlocked, int Tokens>
struct AddShared : ProductShared<IsBlocked, Tokens> {
    int isLast;
};

template <bool IsBlocked, int Tokens>
__device__ void addPanel(const AddArgs& args, std::int64_t token,
                         ProductShared<IsBlocked, Tokens>& shared) {
    const DeviceWeight& w = args.output;
    const std::int64_t row = static_cast<std::int64_t>(blockIdx.x) * kPanelRows;
    fetchPanel(w, row);
    shared.product.prepare();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();

    PanelProduct<IsBlocked, Tokens> product;
    const auto attended = [&](int t, std::int64_t c) {
        return token + t < args.tokens ? args.attended[(token + t) * w.cols + c] : 0.0F;
    };
    eachStretch(shared.in, w.cols, attended, [&](std::int64_t begin, std::int64_t end) {
        product.add(w, row, begin, end, shared.in, shared.product);
    });
    product.finish(shared.total, shared.product);
    for (int i = static_cast<int>(threadIdx.x); i < Tokens * kPanelRows; i += kProductThreads) {
        const std::int64_t r = row + i % kPanelRows;
        const std::int64_t t = token + i / kPanelRows;
        if (r < w.rows && t < args.tokens)
            args.x[t * w.rows + r] += shared.total.row[i / kPanelRows][i % kPanelRows];
    }
}

// Blocks behind those of the panels, each with some rows of A.
template <int Tokens>
__device__ void shrinkAttended(const AddArgs& args, std::int64_t token, int tile) {
    const DeviceLowRank& low = args.low;
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    shrinkTile<Tokens>(
        low, tile,
        [&](int t, std::int64_t c) {
            return token + t < args.tokens ? args.attended[(token + t) * low.cols + c] : 0.0F;
        },
        [&](int t, int j, float value) {
            if (token + t < args.tokens) args.h[(token + t) * low.rank + j] = value;
        });
}

// With factors, the last of the blocks of a few tokens adds what they give.
template <bool IsBlocked, int Tokens>
__global__ void __launch_bounds__(kProductThreads) addProjection(const AddArgs args) {
    auto& shared = ptx::sharedMemory<AddShared<IsBlocked, Tokens>>();
    const DeviceLowRank& low = args.low;
    const std::int64_t token = static_cast<std::int64_t>(blockIdx.y) * Tokens;
    const std::int64_t panels = panelsOf(args.output.rows);
    if (blockIdx.x < panels) {
        addPanel<IsBlocked, Tokens>(args, token, shared);
    } else {
        shrinkAttended<Tokens>(args, token, static_cast<int>(blockIdx.x - panels));
    }
    if (low.rank == 0 || !isLastOf(args.counters + blockIdx.y, gridDim.x, shared.isLast)) return;
    for (std::int64_t i = threadIdx.x; i < Tokens * low.rows; i += kProductThreads) {
        const std::int64_t t = token + i / low.rows;
        if (t >= args.tokens) break;
        float* x = args.x + t * low.rows + i % low.rows;
        *x = ptx::loadFresh(x) + lowRankSum<FreshNumber>(low, i % low.rows, args.h + t * low.rank);
    }
}

}  // namespace

void attentionOutput(OpContext& context, const AttentionOutputArgs& args) {
    checkShapes(args);
    const DeviceLowRank low = lowRankOnDevice(args.output);
    const AddArgs all{.attended = args.attended.data,
                      .output = onDevice(args.output),
                      .x = args.x.data,
                      .tokens = args.x.rows,
                      .low = low,
                      .h = LowRankSpace(context.device).take(args.x.rows, low.rank),
                      .counters = context.device.counters};
    if (all.tokens > kPanelTokens && hasTiles(args.output.type)) {
        addRows(context, args.attended, args.output, all.x);
        return addLowRank(context.device, args.output, all.attended, all.x, all.tokens);
    }
    DSM_CHECK(low.rank == 0 || divideUp(all.tokens, kMostTokens) <= kDeviceCounters);
    withProduct(args.output.type, all.tokens, [&](auto blocked, auto tokens) {
        const dim3 grid(gridOf(panelsOf(args.output.rows) + low.rowTiles()),
                        gridOf(divideUp(all.tokens, tokens)));
        launch(addProjection<blocked, tokens>, grid, kProductThreads,
               sizeof(AddShared<blocked, tokens>), context.device, all);
    });
}

}  // namespace dsm::cuda
