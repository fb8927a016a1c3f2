// A build with CUDA, or with its emulation.
#include <algorithm>

#include "kernels/cuda/dense_product.h"
#include "kernels/cuda_ops.h"

namespace dsm {

const OpTable* cudaOps() {
    static constexpr OpTable kOps{
        .embed = cuda::embed,
        .norm = cuda::norm,
        .attentionInput = cuda::attentionInput,
        .attend = cuda::attend,
        .attentionOutput = cuda::attentionOutput,
        .route = cuda::route,
        .expertsInput = cuda::expertsInput,
        .expertsOutput = cuda::expertsOutput,
        .logits = cuda::logits,
    };
    return &kOps;
}

const TrainOps<float>* cudaTrainOps() {
    static constexpr TrainOps<float> kOps{
        .embeddingForward = cuda::embeddingForward,
        .embeddingBackward = cuda::embeddingBackward,
        .normForward = cuda::normForward,
        .normBackward = cuda::normBackward,
        .linearForward = cuda::linearForward,
        .linearBackward = cuda::linearBackward,
        .linearForwardScratch = cuda::linearForwardScratch,
        .linearBackwardScratch = cuda::linearBackwardScratch,
        .rotate = cuda::rotate,
        .attentionForward = cuda::attentionForward,
        .attentionBackward = cuda::attentionBackward,
        .gatedForward = cuda::gatedForward,
        .gatedBackward = cuda::gatedBackward,
        .combine = cuda::combine,
        .routerForward = cuda::routerForward,
        .routerBackward = cuda::routerBackward,
        .balanceLoss = cuda::balanceLoss,
        .crossEntropy = cuda::crossEntropy,
        .takeRows = cuda::takeRows,
        .putRows = cuda::putRows,
        .adamW = cuda::adamW,
        .adamW8 = cuda::adamW8,
        .sumOfSquares = cuda::sumOfSquares,
    };
    return &kOps;
}

SampleOp cudaSample() {
    return cuda::sample;
}

std::int64_t cudaScratchBytes(const CudaShape& shape) {
    return std::max(
        {cuda::attendScratchBytes(shape.headSize),
         cuda::expertsOutputScratchBytes(shape.tokens, shape.hiddenSize, shape.activeExperts,
                                         shape.expertWidth, shape.sharedWidth),
         denseScratchBytes(shape.tokens, shape.hiddenSize, shape.queryWidth, shape.sharedWidth)});
}

}  // namespace dsm
