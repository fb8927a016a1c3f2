// The functions of cuBLAS, from the library of this computer: found when it is asked for, so that
// the program starts where there is none.
//
// Source   cuBLAS Library, NVIDIA; the major version that this program was compiled against.
// Threads  Any.
// Errors   Unsupported: the library, or a function of it, is missing.
#pragma once

#include <cublas_v2.h>

#include <cstddef>

#include "kernels/base/result.h"

namespace dsm::cuda {

struct CublasLibrary {
    cublasStatus_t (*create)(cublasHandle_t*);
    cublasStatus_t (*destroy)(cublasHandle_t);
    cublasStatus_t (*setStream)(cublasHandle_t, cudaStream_t);
    cublasStatus_t (*setWorkspace)(cublasHandle_t, void*, std::size_t);
    cublasStatus_t (*setMathMode)(cublasHandle_t, cublasMath_t);
    cublasStatus_t (*gemm)(cublasHandle_t, cublasOperation_t, cublasOperation_t, int m, int n,
                           int k, const void* alpha, const void* a, cudaDataType, int lda,
                           const void* b, cudaDataType, int ldb, const void* beta, void* c,
                           cudaDataType, int ldc, cublasComputeType_t, cublasGemmAlgo_t);
    const char* (*statusName)(cublasStatus_t);
};

Result<CublasLibrary> cublasLibrary();

}  // namespace dsm::cuda
