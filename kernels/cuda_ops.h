// The operations of the cuda backend, where this build has them.
#pragma once

#include <cstdint>

#include "kernels/op_table.h"
#include "kernels/ops/sample.h"
#include "kernels/train_op_table.h"

namespace dsm {

// nullptr in a build without CUDA.
const OpTable* cudaOps();
const TrainOps<float>* cudaTrainOps();
using SampleOp = void (*)(OpContext&, const SampleArgs&);
SampleOp cudaSample();

// The most scratch that one of them wants, for passes of so many tokens of such a model; 0 in a
// build without CUDA.
struct CudaShape {
    std::int64_t tokens = 0;
    std::int64_t hiddenSize = 0;
    std::int64_t headSize = 0;
    std::int64_t queryWidth = 0;  // of all heads
    std::int64_t activeExperts = 0;
    std::int64_t expertWidth = 0;
    std::int64_t sharedWidth = 0;  // the largest of a shared expert or a dense layer
};
std::int64_t cudaScratchBytes(const CudaShape& shape);

}  // namespace dsm
