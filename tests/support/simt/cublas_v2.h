// Stands in for cuBLAS's header of this name: the part that this project calls. The library itself
// (cublas.cu) multiplies by plain loops on the emulated device, and only what dense products ask
// for: float32 [n, m] from bfloat16 [n, k] and [m, k].
//
// Source   cuBLAS Library, NVIDIA; the numbers are its.
// Threads  As the runtime's (cuda_runtime.h).
// Errors   As cuBLAS's. A product without a stream and a workspace of the caller's is refused:
//          there would be an allocation, or another queue.
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>

enum cublasStatus_t {  // NOLINT: cuBLAS's names
    CUBLAS_STATUS_SUCCESS = 0,
    CUBLAS_STATUS_NOT_INITIALIZED = 1,
    CUBLAS_STATUS_ALLOC_FAILED = 3,
    CUBLAS_STATUS_INVALID_VALUE = 7,
    CUBLAS_STATUS_EXECUTION_FAILED = 13,
    CUBLAS_STATUS_NOT_SUPPORTED = 15,
};
enum cublasOperation_t { CUBLAS_OP_N = 0, CUBLAS_OP_T = 1 };  // NOLINT
enum cudaDataType { CUDA_R_32F = 0, CUDA_R_16BF = 14 };       // NOLINT
enum cublasComputeType_t { CUBLAS_COMPUTE_32F = 68 };         // NOLINT
enum cublasGemmAlgo_t { CUBLAS_GEMM_DEFAULT = -1 };           // NOLINT
enum cublasMath_t {                                           // NOLINT
    CUBLAS_DEFAULT_MATH = 0,
    CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION = 16,
};

namespace simt {
struct Cublas;

// The nth call from now (1 is the next one) to a function of cuBLAS returns `status`; n = 0 takes
// that back. A new machine has no such failure.
void failCublas(std::int64_t nth, cublasStatus_t status);
// Products asked for since setMachine().
std::int64_t cublasProducts();
}  // namespace simt
using cublasHandle_t = simt::Cublas*;
