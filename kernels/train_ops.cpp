#include "kernels/train_ops.h"

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
    .crossEntropy = reference::crossEntropy<T>,
    .adamW = reference::adamW,
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
    .crossEntropy = cpu::crossEntropy,
    .adamW = cpu::adamW,
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
    return backend == Backend::Reference ? kReference<float> : kCpu;
}

}  // namespace dsm
