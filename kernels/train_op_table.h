// TrainOps: the operations of training, as plain function pointers over a type of numbers: float on
// every backend, and double on the reference, which finite differences are taken with.
//
// Every entry has the contract of its header.
#pragma once

#include "kernels/ops/train/adamw.h"
#include "kernels/ops/train/adamw8.h"
#include "kernels/ops/train/attention.h"
#include "kernels/ops/train/combine.h"
#include "kernels/ops/train/cross_entropy.h"
#include "kernels/ops/train/embedding.h"
#include "kernels/ops/train/gated.h"
#include "kernels/ops/train/linear.h"
#include "kernels/ops/train/norm.h"
#include "kernels/ops/train/rotate.h"
#include "kernels/ops/train/router.h"
#include "kernels/ops/train/rows.h"

namespace dsm {

template <class T>
struct TrainOps {
    void (*embeddingForward)(OpContext&, const EmbeddingForwardArgs<T>&);
    void (*embeddingBackward)(OpContext&, const EmbeddingBackwardArgs<T>&);
    void (*normForward)(OpContext&, const NormForwardArgs<T>&);
    void (*normBackward)(OpContext&, const NormBackwardArgs<T>&);
    void (*linearForward)(OpContext&, const LinearArgs<T>&);
    void (*linearBackward)(OpContext&, const LinearArgs<T>&);
    std::int64_t (*linearForwardScratch)(const OpContext&, const LinearArgs<T>&);
    std::int64_t (*linearBackwardScratch)(const OpContext&, const LinearArgs<T>&);
    void (*rotate)(OpContext&, const RotateArgs<T>&);
    void (*attentionForward)(OpContext&, const AttentionForwardArgs<T>&);
    void (*attentionBackward)(OpContext&, const AttentionBackwardArgs<T>&);
    void (*gatedForward)(OpContext&, const GatedForwardArgs<T>&);
    void (*gatedBackward)(OpContext&, const GatedBackwardArgs<T>&);
    void (*combine)(OpContext&, const CombineArgs<T>&);
    void (*routerForward)(OpContext&, const RouterForwardArgs<T>&);
    void (*routerBackward)(OpContext&, const RouterBackwardArgs<T>&);
    void (*balanceLoss)(OpContext&, const BalanceLossArgs<T>&);
    void (*crossEntropy)(OpContext&, const CrossEntropyArgs<T>&);
    void (*takeRows)(OpContext&, const TakeRowsArgs<T>&);
    void (*putRows)(OpContext&, const PutRowsArgs<T>&);
    void (*adamW)(OpContext&, const AdamWArgs&);
    void (*adamW8)(OpContext&, const AdamW8Args&);
    void (*sumOfSquares)(OpContext&, const SumOfSquaresArgs&);
};

}  // namespace dsm
