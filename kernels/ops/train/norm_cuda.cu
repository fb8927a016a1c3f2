#include "kernels/cuda/product_launch.h"
#include "kernels/cuda/row_norm.h"
#include "kernels/ops/train/norm.h"

namespace dsm::cuda {
namespace {

struct NormShared {
    FloatPair partial[kProductWarps];
};

__global__ void __launch_bounds__(kProductThreads)
    normTrainRow(const float* x, const DeviceWeight weight, const float epsilon, float* out,
                 float* scales) {
    auto& shared = ptx::sharedMemory<NormShared>();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t cols = weight.cols;
    const std::int64_t first = static_cast<std::int64_t>(blockIdx.x) * cols;
    const float scale = normScale(x + first, cols, epsilon, shared.partial);
    if (threadIdx.x == 0) scales[blockIdx.x] = scale;
    for (std::int64_t c = threadIdx.x; c < cols; c += kProductThreads)
        out[first + c] = x[first + c] * scale * normWeight(weight, c);
}

struct NormBack {
    const float *dOut, *x;
    DeviceWeight weight;
    const float* scale;
    float* dx;
    std::int64_t rows;
};

__global__ void __launch_bounds__(kProductThreads) normBackRow(const NormBack args) {
    auto& shared = ptx::sharedMemory<NormShared>();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t cols = args.weight.cols;
    const std::int64_t first = static_cast<std::int64_t>(blockIdx.x) * cols;
    FloatPair sum;
    for (std::int64_t c = threadIdx.x; c < cols; c += kProductThreads) {
        const FloatPair g = productOf(args.dOut[first + c], normWeight(args.weight, c));
        sum = sumOf(sum, productOf(g, args.x[first + c]));
    }
    const float mean = quotientOf(blockSum(sum, shared.partial), static_cast<float>(cols)).high;
    const float scale = args.scale[blockIdx.x];
    for (std::int64_t c = threadIdx.x; c < cols; c += kProductThreads) {
        const float g = args.dOut[first + c] * normWeight(args.weight, c);
        args.dx[first + c] += scale * g - args.x[first + c] * scale * scale * scale * mean;
    }
}

// A thread for each column adds its tokens in their order.
__global__ void __launch_bounds__(kProductThreads)
    addNormWeight(const NormBack args, float* dWeight) {
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t cols = args.weight.cols;
    const std::int64_t c = static_cast<std::int64_t>(blockIdx.x) * kProductThreads + threadIdx.x;
    if (c >= cols) return;
    float sum = dWeight[c];
    for (std::int64_t t = 0; t < args.rows; ++t)
        sum += args.dOut[t * cols + c] * args.x[t * cols + c] * args.scale[t];
    dWeight[c] = sum;
}

}  // namespace

void normForward(OpContext& context, const NormForwardArgs<float>& args) {
    checkShapes(args);
    launch(normTrainRow, gridOf(args.x.rows), kProductThreads, sizeof(NormShared), context.device,
           args.x.data, plainOnDevice(args.weight), args.epsilon, args.out.data, args.scale.data());
}

void normBackward(OpContext& context, const NormBackwardArgs<float>& args) {
    checkShapes(args);
    const NormBack all{.dOut = args.dOut.data,
                       .x = args.x.data,
                       .weight = plainOnDevice(args.weight),
                       .scale = args.scale.data(),
                       .dx = args.dx.data,
                       .rows = args.x.rows};
    launch(normBackRow, gridOf(args.x.rows), kProductThreads, sizeof(NormShared), context.device,
           all);
    if (args.dWeight.data == nullptr) return;
    launch(addNormWeight, gridOf(divideUp(args.x.cols, kProductThreads)), kProductThreads, 0,
           context.device, all, args.dWeight.data);
}

}  // namespace dsm::cuda
