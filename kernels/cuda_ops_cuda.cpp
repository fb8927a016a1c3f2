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
