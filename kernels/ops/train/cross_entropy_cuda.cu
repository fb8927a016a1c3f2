#include "kernels/cuda/product_launch.h"
#include "kernels/ops/train/cross_entropy.h"

namespace dsm::cuda {
namespace {

struct LossShared {
    float largest[kProductWarps];
    double partial[kProductWarps];
};

__device__ float blockMax(float value, LossShared& shared) {
    value = warpMax(value);
    if (laneIndex() == 0) shared.largest[warpIndex()] = value;
    __syncthreads();
    float largest = shared.largest[0];
    for (int w = 1; w < kProductWarps; ++w)
        largest = shared.largest[w] > largest ? shared.largest[w] : largest;
    return largest;
}

// Grid: rows.
__global__ void __launch_bounds__(kProductThreads)
    loseRow(float* logits, const std::int64_t cols, const std::int32_t* labels,
            const double scaleHere, const double* scaleThere, double* loss) {
    auto& shared = ptx::sharedMemory<LossShared>();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();
    float* row = logits + static_cast<std::int64_t>(blockIdx.x) * cols;
    const std::int64_t label = labels[blockIdx.x];
    if (label == kNoLabel) {  // the whole block
        for (std::int64_t c = threadIdx.x; c < cols; c += kProductThreads)
            row[c] = 0.0F;
        if (threadIdx.x == 0) loss[blockIdx.x] = 0;
        return;
    }
    const auto scale = static_cast<float>(scaleThere != nullptr ? *scaleThere : scaleHere);
    const float wanted = row[label];
    float largest = -INFINITY;
    for (std::int64_t c = threadIdx.x; c < cols; c += kProductThreads)
        largest = row[c] > largest ? row[c] : largest;
    largest = blockMax(largest, shared);
    double total = 0;
    for (std::int64_t c = threadIdx.x; c < cols; c += kProductThreads)
        total += static_cast<double>(expf(row[c] - largest));
    total = blockSum(total, shared.partial);  // all have read the label's logit
    if (threadIdx.x == 0)
        loss[blockIdx.x] =
            log(total) + (static_cast<double>(largest) - static_cast<double>(wanted));
    const float share = scale / static_cast<float>(total);
    for (std::int64_t c = threadIdx.x; c < cols; c += kProductThreads)
        row[c] = expf(row[c] - largest) * share - (c == label ? scale : 0.0F);
}

}  // namespace

void crossEntropy(OpContext& context, const CrossEntropyArgs<float>& args) {
    checkShapes(args, Memory::Device);
    launch(loseRow, gridOf(args.logits.rows), kProductThreads, sizeof(LossShared), context.device,
           args.logits.data, args.logits.cols, args.labels.data(), args.scale, args.scaleThere,
           args.loss.data());
}

}  // namespace dsm::cuda
