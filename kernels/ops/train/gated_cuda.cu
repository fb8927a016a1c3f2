#include "kernels/cuda/product_launch.h"
#include "kernels/ops/train/gated.h"

namespace dsm::cuda {
namespace {

struct GatedShape {
    const float *gate, *up;
    const float* factor;  // nullptr: 1
    std::int64_t cols;
};

__device__ __forceinline__ float rowFactor(const GatedShape& shape) {
    return shape.factor != nullptr ? shape.factor[blockIdx.x] : 1.0F;
}

// Grid: rows.
__global__ void __launch_bounds__(kProductThreads) gateRow(const GatedShape shape, float* out) {
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t first = static_cast<std::int64_t>(blockIdx.x) * shape.cols;
    const float factor = rowFactor(shape);
    for (std::int64_t c = threadIdx.x; c < shape.cols; c += kProductThreads) {
        const float z = shape.gate[first + c];
        out[first + c] = factor * (z / (1.0F + expf(-z))) * shape.up[first + c];
    }
}

struct GatedShared {
    float partial[kProductWarps];
};

// dGate may be gate, and dUp up: a thread writes where it alone has read.
__global__ void __launch_bounds__(kProductThreads)
    gateBackRow(const GatedShape shape, const float* dOut, float* dGate, float* dUp,
                float* dFactor) {
    auto& shared = ptx::sharedMemory<GatedShared>();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t first = static_cast<std::int64_t>(blockIdx.x) * shape.cols;
    const float factor = rowFactor(shape);
    float sum = 0;
    for (std::int64_t c = threadIdx.x; c < shape.cols; c += kProductThreads) {
        const float z = shape.gate[first + c];
        const float up = shape.up[first + c];
        const float d = dOut[first + c];
        const float sigmoid = 1.0F / (1.0F + expf(-z));
        sum += d * z * sigmoid * up;
        dGate[first + c] = d * factor * up * sigmoid * (1.0F + z * (1.0F - sigmoid));
        dUp[first + c] = d * factor * z * sigmoid;
    }
    if (dFactor == nullptr) return;
    sum = blockSum(sum, shared.partial);
    if (threadIdx.x == 0) dFactor[blockIdx.x] = sum;
}

template <class Args>
GatedShape shapeOf(const Args& args) {
    return {.gate = args.gate.data,
            .up = args.up.data,
            .factor = args.factor.empty() ? nullptr : args.factor.data(),
            .cols = args.gate.cols};
}

}  // namespace

void gatedForward(OpContext& context, const GatedForwardArgs<float>& args) {
    checkShapes(args);
    launch(gateRow, gridOf(args.gate.rows), kProductThreads, 0, context.device, shapeOf(args),
           args.out.data);
}

void gatedBackward(OpContext& context, const GatedBackwardArgs<float>& args) {
    checkShapes(args);
    launch(gateBackRow, gridOf(args.gate.rows), kProductThreads, sizeof(GatedShared),
           context.device, shapeOf(args), args.dOut.data, args.dGate.data, args.dUp.data,
           args.dFactor.empty() ? nullptr : args.dFactor.data());
}

}  // namespace dsm::cuda
