#include <cmath>

#include "kernels/cuda/product_launch.h"
#include "kernels/ops/train/adamw.h"
#include "kernels/ops/train/device_clip.h"

namespace dsm::cuda {
namespace {

struct StepShape {
    float* weight;
    const float* gradient;
    float *first, *second;
    std::int64_t count;
    double rate, kept, beta1, beta2, bias1, bias2, epsilon, gradientScale;
    DeviceClip clip;
};

// As the reference, number by number: what a step takes is to read and write them.
__global__ void __launch_bounds__(kProductThreads) stepNumbers(const StepShape args) {
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * kProductThreads + threadIdx.x;
    const double clip = args.clip.scale();
    if (i >= args.count || clip == 0.0) return;
    const double g = args.gradientScale * clip * static_cast<double>(args.gradient[i]);
    const double m = args.beta1 * static_cast<double>(args.first[i]) + (1 - args.beta1) * g;
    const double v = args.beta2 * static_cast<double>(args.second[i]) + (1 - args.beta2) * g * g;
    args.first[i] = static_cast<float>(m);
    args.second[i] = static_cast<float>(v);
    const double step = args.rate * (m / args.bias1) / (sqrt(v / args.bias2) + args.epsilon);
    args.weight[i] = static_cast<float>(static_cast<double>(args.weight[i]) * args.kept - step);
}

struct SquaresShared {
    double partial[kProductWarps];
};

// Grid: chunks.
__global__ void __launch_bounds__(kProductThreads)
    squareChunk(const float* numbers, const std::int64_t count, double* sums) {
    auto& shared = ptx::sharedMemory<SquaresShared>();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    const std::int64_t begin = static_cast<std::int64_t>(blockIdx.x) * kSquaresChunk;
    const std::int64_t end = begin + kSquaresChunk < count ? begin + kSquaresChunk : count;
    double sum = 0;
    for (std::int64_t i = begin + threadIdx.x; i < end; i += kProductThreads)
        sum += static_cast<double>(numbers[i]) * static_cast<double>(numbers[i]);
    sum = blockSum(sum, shared.partial);
    if (threadIdx.x == 0) sums[blockIdx.x] = sum;
}

__global__ void __launch_bounds__(kProductThreads)
    addChunks(const double* sums, const std::int64_t count, double* sum) {
    auto& shared = ptx::sharedMemory<SquaresShared>();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    double own = 0;
    for (std::int64_t i = threadIdx.x; i < count; i += kProductThreads)
        own += sums[i];
    own = blockSum(own, shared.partial);
    if (threadIdx.x == 0) *sum = own;
}

}  // namespace

void adamW(OpContext& context, const AdamWArgs& args) {
    checkShapes(args);
    const auto steps = static_cast<double>(args.step);
    const auto count = static_cast<std::int64_t>(args.weight.size());
    launch(stepNumbers, gridOf(divideUp(count, kProductThreads)), kProductThreads, 0,
           context.device,
           StepShape{.weight = args.weight.data(),
                     .gradient = args.gradient.data(),
                     .first = args.first.data(),
                     .second = args.second.data(),
                     .count = count,
                     .rate = args.rate,
                     .kept = 1 - args.rate * args.decay,
                     .beta1 = args.beta1,
                     .beta2 = args.beta2,
                     .bias1 = 1 - std::pow(args.beta1, steps),
                     .bias2 = 1 - std::pow(args.beta2, steps),
                     .epsilon = args.epsilon,
                     .gradientScale = args.gradientScale,
                     .clip = DeviceClip(args.clip)});
}

void sumOfSquares(OpContext& context, const SumOfSquaresArgs& args) {
    const auto count = static_cast<std::int64_t>(args.numbers.size());
    DSM_CHECK(context.scratchBytes() >= squaresScratchBytes(count));
    auto* sums = reinterpret_cast<double*>(context.scratch.data());
    const std::int64_t chunks = divideUp(count, kSquaresChunk);
    launch(squareChunk, gridOf(chunks), kProductThreads, sizeof(SquaresShared), context.device,
           args.numbers.data(), count, sums);
    launch(addChunks, 1, kProductThreads, sizeof(SquaresShared), context.device, sums, chunks,
           args.sum);
}

}  // namespace dsm::cuda
