// A build without CUDA.
#include "kernels/cuda_ops.h"

namespace dsm {

const OpTable* cudaOps() {
    return nullptr;
}

const TrainOps<float>* cudaTrainOps() {
    return nullptr;
}

SampleOp cudaSample() {
    return nullptr;
}

std::int64_t cudaScratchBytes(const CudaShape&) {
    return 0;
}

}  // namespace dsm
