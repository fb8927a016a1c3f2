#include "kernels/cuda/product_launch.h"
#include "kernels/ops/train/rotate.h"

namespace dsm::cuda {
namespace {

struct RotateShape {
    float* rows;
    std::int64_t cols, size;  // of a row, of a head
    const std::int32_t* positions;
    const float* rotary;
    bool inverse;
};

// Grid: tokens; a thread has pairs of a row.
__global__ void __launch_bounds__(kProductThreads) rotatePairs(const RotateShape args) {
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t half = args.size / 2;
    const float* line = args.rotary + args.positions[blockIdx.x] * args.size;
    float* row = args.rows + static_cast<std::int64_t>(blockIdx.x) * args.cols;
    for (std::int64_t n = threadIdx.x; n < args.cols / 2; n += kProductThreads) {
        const std::int64_t i = n % half;
        const std::int64_t at = n / half * args.size + i;
        const float a = row[at];
        const float b = row[at + half];
        const float cosine = line[i];
        const float sine = args.inverse ? -line[half + i] : line[half + i];
        row[at] = a * cosine - b * sine;
        row[at + half] = b * cosine + a * sine;
    }
}

}  // namespace

void rotate(OpContext& context, const RotateArgs<float>& args) {
    checkShapes(args, Memory::Device);
    launch(rotatePairs, gridOf(args.rows.rows), kProductThreads, 0, context.device,
           RotateShape{.rows = args.rows.data,
                       .cols = args.rows.cols,
                       .size = args.rotary.cols,
                       .positions = args.positions.data(),
                       .rotary = args.rotary.data,
                       .inverse = args.inverse});
}

}  // namespace dsm::cuda
