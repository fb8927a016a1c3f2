#include "kernels/cuda/product_launch.h"
#include "kernels/ops/train/rows.h"

namespace dsm::cuda {
namespace {

// Grid: rows. to[i] = from[row[i]], or to[row[i]] = from[i]; kNoRow as rows.h has it.
__global__ void __launch_bounds__(kProductThreads)
    moveRow(const float* from, const std::int32_t* rows, const bool takes, const std::int64_t cols,
            float* to) {
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t i = blockIdx.x;
    const std::int64_t row = rows[i];
    const bool exists = row != kNoRow;
    if (!exists && !takes) return;
    const float* source = from + (takes ? row : i) * cols;
    float* target = to + (takes ? i : row) * cols;
    for (std::int64_t c = threadIdx.x; c < cols; c += kProductThreads)
        target[c] = exists ? source[c] : 0.0F;
}

}  // namespace

void takeRows(OpContext& context, const TakeRowsArgs<float>& args) {
    checkShapes(args, Memory::Device);
    launch(moveRow, gridOf(args.taken.rows), kProductThreads, 0, context.device, args.all.data,
           args.rows.data(), true, args.all.cols, args.taken.data);
}

void putRows(OpContext& context, const PutRowsArgs<float>& args) {
    checkShapes(args, Memory::Device);
    launch(moveRow, gridOf(args.taken.rows), kProductThreads, 0, context.device, args.taken.data,
           args.rows.data(), false, args.all.cols, args.all.data);
}

}  // namespace dsm::cuda
