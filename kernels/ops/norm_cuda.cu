#include "kernels/cuda/launch.h"
#include "kernels/cuda/row_norm.h"
#include "kernels/ops/norm.h"

namespace dsm::cuda {
namespace {

struct NormShared {
    FloatPair partial[kProductWarps];
};

__global__ void __launch_bounds__(kProductThreads)
    normRow(const float* x, const DeviceWeight weight, const float epsilon, float* out) {
    auto& shared = ptx::sharedMemory<NormShared>();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t cols = weight.cols;
    const std::int64_t first = static_cast<std::int64_t>(blockIdx.x) * cols;
    const float scale = normScale(x + first, cols, epsilon, shared.partial);
    for (std::int64_t c = threadIdx.x; c < cols; c += kProductThreads)
        out[first + c] = x[first + c] * scale * normWeight(weight, c);
}

}  // namespace

void norm(OpContext& context, const NormArgs& args) {
    checkShapes(args);
    launch(normRow, static_cast<unsigned>(args.x.rows), kProductThreads, sizeof(NormShared),
           context.device, args.x.data, onDevice(args.weight), args.epsilon, args.out.data);
}

}  // namespace dsm::cuda
