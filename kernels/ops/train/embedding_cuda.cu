#include "kernels/cuda/product_launch.h"
#include "kernels/ops/embed.h"
#include "kernels/ops/train/embedding.h"
#include "kernels/ops/train/rows.h"

namespace dsm::cuda {
namespace {

struct SharedCount {
    int partial[kProductWarps];
};

// A block for each token: that of an id's first adds all tokens of the id, in their order.
__global__ void __launch_bounds__(kProductThreads)
    addRowsById(const std::int32_t* ids, const std::int64_t tokens, const float* dx,
                const std::int64_t cols, float* dTable) {
    auto& shared = ptx::sharedMemory<SharedCount>();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t first = blockIdx.x;
    const std::int32_t id = ids[first];
    int earlier = 0;
    for (std::int64_t t = threadIdx.x; t < first; t += kProductThreads)
        earlier += ids[t] == id ? 1 : 0;
    if (blockSum(earlier, shared.partial) > 0) return;
    for (std::int64_t c = threadIdx.x; c < cols; c += kProductThreads) {
        float sum = dTable[id * cols + c];
        for (std::int64_t t = first; t < tokens; ++t) {
            if (ids[t] == id) sum += dx[t * cols + c];
        }
        dTable[id * cols + c] = sum;
    }
}

}  // namespace

void embeddingForward(OpContext& context, const EmbeddingForwardArgs<float>& args) {
    checkShapes(args, Memory::Device);
    const Weight& table = args.table;
    // One that learns may lie on any boundary.
    if (table.type == DType::F32) {
        takeRows(context, {.all = {static_cast<const float*>(table.data), table.rows, table.cols},
                           .rows = args.ids,
                           .taken = args.x});
    } else {
        embed(context, {.ids = args.ids, .table = table, .x = args.x});
    }
}

void embeddingBackward(OpContext& context, const EmbeddingBackwardArgs<float>& args) {
    checkShapes(args, Memory::Device);
    launch(addRowsById, gridOf(args.dx.rows), kProductThreads, sizeof(SharedCount), context.device,
           args.ids.data(), args.dx.rows, args.dx.data, args.dx.cols, args.dTable.data);
}

}  // namespace dsm::cuda
