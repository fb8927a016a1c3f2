#include "kernels/train_ops.h"

#include "kernels/base/check.h"
#include "kernels/cuda_ops.h"

namespace dsm {
namespace {

template <class T>
constexpr TrainOps<T> kReference{
    .embeddingForward = reference::embeddingForward<T>,
    .embeddingBackward = reference::embeddingBackward<T>,
    .normForward = reference::normForward<T>,
    .normBackward = reference::normBackward<T>,
    .linearForward = reference::linearForward<T>,
    .linearBackward = reference::linearBackward<T>,
    .linearForwardScratch = reference::linearForwardScratch<T>,
    .linearBackwardScratch = reference::linearBackwardScratch<T>,
    .rotate = reference::rotate<T>,
    .attentionForward = reference::attentionForward<T>,
    .attentionBackward = reference::attentionBackward<T>,
    .gatedForward = reference::gatedForward<T>,
    .gatedBackward = reference::gatedBackward<T>,
    .combine = reference::combine<T>,
    .routerForward = reference::routerForward<T>,
    .routerBackward = reference::routerBackward<T>,
    .balanceLoss = reference::balanceLoss<T>,
    .crossEntropy = reference::crossEntropy<T>,
    .takeRows = reference::takeRows<T>,
    .putRows = reference::putRows<T>,
    .adamW = reference::adamW,
    .adamW8 = reference::adamW8,
    .sumOfSquares = reference::sumOfSquares,
};

constexpr TrainOps<float> kCpu{
    .embeddingForward = cpu::embeddingForward,
    .embeddingBackward = cpu::embeddingBackward,
    .normForward = cpu::normForward,
    .normBackward = cpu::normBackward,
    .linearForward = cpu::linearForward,
    .linearBackward = cpu::linearBackward,
    .linearForwardScratch = cpu::linearForwardScratch,
    .linearBackwardScratch = cpu::linearBackwardScratch,
    .rotate = cpu::rotate,
    .attentionForward = cpu::attentionForward,
    .attentionBackward = cpu::attentionBackward,
    .gatedForward = cpu::gatedForward,
    .gatedBackward = cpu::gatedBackward,
    .combine = cpu::combine,
    .routerForward = reference::routerForward<float>,
    .routerBackward = reference::routerBackward<float>,
    .balanceLoss = reference::balanceLoss<float>,
    .crossEntropy = cpu::crossEntropy,
    .takeRows = reference::takeRows<float>,
    .putRows = reference::putRows<float>,
    .adamW = cpu::adamW,
    .adamW8 = cpu::adamW8,
    .sumOfSquares = cpu::sumOfSquares,
};

}  // namespace

template <>
const TrainOps<float>& referenceTrainOps<float>() {
    return kReference<float>;
}
template <>
const TrainOps<double>& referenceTrainOps<double>() {
    return kReference<double>;
}

const TrainOps<float>& trainOps(Backend backend) {
    if (backend == Backend::Cuda) {
        DSM_CHECK(cudaTrainOps() != nullptr);
        return *cudaTrainOps();
    }
    return backend == Backend::Reference ? kReference<float> : kCpu;
}

}  // namespace dsm
