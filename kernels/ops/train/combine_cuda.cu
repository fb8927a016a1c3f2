#include "kernels/cuda/product_launch.h"
#include "kernels/ops/train/combine.h"

namespace dsm::cuda {
namespace {

// Grid: tokens.
__global__ void __launch_bounds__(kProductThreads)
    addPlaces(const float* rows, const std::int32_t* place, const std::int64_t active,
              const std::int64_t cols, float* out) {
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t t = blockIdx.x;
    for (std::int64_t c = threadIdx.x; c < cols; c += kProductThreads) {
        float sum = out[t * cols + c];
        for (std::int64_t a = 0; a < active; ++a)
            sum += rows[place[t * active + a] * cols + c];
        out[t * cols + c] = sum;
    }
}

}  // namespace

void combine(OpContext& context, const CombineArgs<float>& args) {
    checkShapes(args);
    launch(addPlaces, gridOf(args.out.rows), kProductThreads, 0, context.device, args.rows.data,
           args.place.data(), args.active, args.out.cols, args.out.data);
}

}  // namespace dsm::cuda
