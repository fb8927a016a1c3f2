#include "kernels/cuda/add_rows.h"
#include "kernels/cuda/product_launch.h"
#include "kernels/ops/attention_output.h"

namespace dsm::cuda {
namespace {

struct AddArgs {
    const float* attended;  // [T, H*K]
    DeviceWeight output;
    float* x;  // [T, D]
    std::int64_t tokens;
};

template <bool IsBlocked, int Tokens>
__global__ void __launch_bounds__(kProductThreads) addProjection(const AddArgs args) {
    auto& shared = ptx::sharedMemory<ProductShared<IsBlocked, Tokens>>();
    const DeviceWeight& w = args.output;
    const std::int64_t row = static_cast<std::int64_t>(blockIdx.x) * kPanelRows;
    const std::int64_t token = static_cast<std::int64_t>(blockIdx.y) * Tokens;
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

}  // namespace

void attentionOutput(OpContext& context, const AttentionOutputArgs& args) {
    checkShapes(args);
    const AddArgs all{args.attended.data, onDevice(args.output), args.x.data, args.x.rows};
    if (all.tokens > kPanelTokens && hasTiles(args.output.type))
        return addRows(context, args.attended, args.output, all.x);
    withProduct(args.output.type, all.tokens, [&](auto blocked, auto tokens) {
        const dim3 grid(gridOf(panelsOf(args.output.rows)), gridOf(divideUp(all.tokens, tokens)));
        launch(addProjection<blocked, tokens>, grid, kProductThreads,
               sizeof(ProductShared<blocked, tokens>), context.device, all);
    });
}

}  // namespace dsm::cuda
