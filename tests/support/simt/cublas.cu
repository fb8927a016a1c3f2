#include <cublas_v2.h>

#include "kernels/base/dtype.h"
#include "kernels/cuda/cublas_library.h"
#include "tests/support/simt/machine.h"

namespace simt {

struct Cublas {
    cudaStream_t stream = nullptr;
    void* workspace = nullptr;
};

namespace {

// What a call is to return in place of its work.
cublasStatus_t refusal() {
    CublasState& all = state().cublas;
    ++all.calls;
    return all.calls == all.failAt ? static_cast<cublasStatus_t>(all.failWith)
                                   : CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t create(cublasHandle_t* handle) {
    const std::lock_guard lock(machineMutex());
    const cublasStatus_t refused = refusal();
    if (refused != CUBLAS_STATUS_SUCCESS) return refused;
    *handle = new Cublas;
    ++state().counts.liveObjects;
    return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t destroy(cublasHandle_t handle) {
    const std::lock_guard lock(machineMutex());
    delete handle;
    --state().counts.liveObjects;
    return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t setStream(cublasHandle_t handle, cudaStream_t stream) {
    const std::lock_guard lock(machineMutex());
    handle->stream = stream;
    handle->workspace = nullptr;  // as the library does
    return refusal();
}
cublasStatus_t setWorkspace(cublasHandle_t handle, void* memory, std::size_t bytes) {
    const std::lock_guard lock(machineMutex());
    if (!isDeviceMemory(memory, bytes)) return CUBLAS_STATUS_INVALID_VALUE;
    handle->workspace = memory;
    return refusal();
}
cublasStatus_t setMathMode(cublasHandle_t, cublasMath_t) {
    const std::lock_guard lock(machineMutex());
    return refusal();
}

struct Product {
    int m, n, k;
    const std::uint16_t* a;
    const std::uint16_t* b;
    float before;
    float* c;
};

constexpr unsigned kThreads = 32;

__global__ void multiplyAll(const Product p) {
    for (int i = static_cast<int>(threadIdx.x); i < p.m * p.n; i += static_cast<int>(kThreads)) {
        const std::uint16_t* row = p.a + std::int64_t{i % p.m} * p.k;
        const std::uint16_t* column = p.b + std::int64_t{i / p.m} * p.k;
        float sum = 0;
        for (int j = 0; j < p.k; ++j)
            sum += dsm::toFloat(dsm::BFloat16{row[j]}) * dsm::toFloat(dsm::BFloat16{column[j]});
        p.c[i] = (p.before == 0 ? 0 : p.before * p.c[i]) + sum;
    }
}

cublasStatus_t gemm(cublasHandle_t handle, cublasOperation_t transposesA,
                    cublasOperation_t transposesB, int m, int n, int k, const void* alpha,
                    const void* a, cudaDataType typeA, int lda, const void* b, cudaDataType typeB,
                    int ldb, const void* beta, void* c, cudaDataType typeC, int ldc,
                    cublasComputeType_t compute, cublasGemmAlgo_t) {
    const std::lock_guard lock(machineMutex());
    const cublasStatus_t refused = refusal();
    if (refused != CUBLAS_STATUS_SUCCESS) return refused;
    if (handle->stream == nullptr || handle->workspace == nullptr)
        return CUBLAS_STATUS_NOT_INITIALIZED;
    const bool isKnown = transposesA == CUBLAS_OP_T && transposesB == CUBLAS_OP_N &&
                         typeA == CUDA_R_16BF && typeB == CUDA_R_16BF && typeC == CUDA_R_32F &&
                         compute == CUBLAS_COMPUTE_32F && lda == k && ldb == k && ldc == m &&
                         *static_cast<const float*>(alpha) == 1;
    if (!isKnown) return CUBLAS_STATUS_NOT_SUPPORTED;
    if (m < 0 || n < 0 || k < 0) return CUBLAS_STATUS_INVALID_VALUE;
    ++state().cublas.products;
    cudaLaunchConfig_t config{};
    config.blockDim = dim3(kThreads);
    config.stream = handle->stream;
    const Product product{m,
                          n,
                          k,
                          static_cast<const std::uint16_t*>(a),
                          static_cast<const std::uint16_t*>(b),
                          *static_cast<const float*>(beta),
                          static_cast<float*>(c)};
    return cudaLaunchKernelEx(&config, multiplyAll, product) == cudaSuccess
               ? CUBLAS_STATUS_SUCCESS
               : CUBLAS_STATUS_EXECUTION_FAILED;
}

const char* statusName(cublasStatus_t status) {
    return status == CUBLAS_STATUS_ALLOC_FAILED       ? "CUBLAS_STATUS_ALLOC_FAILED"
           : status == CUBLAS_STATUS_EXECUTION_FAILED ? "CUBLAS_STATUS_EXECUTION_FAILED"
                                                      : "CUBLAS_STATUS_NOT_SUPPORTED";
}

}  // namespace

void failCublas(std::int64_t nth, cublasStatus_t status) {
    const std::lock_guard lock(machineMutex());
    CublasState& all = state().cublas;
    all.failAt = nth == 0 ? 0 : all.calls + nth;
    all.failWith = status;
}

std::int64_t cublasProducts() {
    const std::lock_guard lock(machineMutex());
    return state().cublas.products;
}

}  // namespace simt

namespace dsm::cuda {

Result<CublasLibrary> cublasLibrary() {
    const std::lock_guard lock(simt::machineMutex());
    if (!simt::state().machine.hasCublas)
        return failure(ErrorCode::Unsupported, "The emulated machine has no cuBLAS.");
    return CublasLibrary{simt::create,      simt::destroy, simt::setStream, simt::setWorkspace,
                         simt::setMathMode, simt::gemm,    simt::statusName};
}

}  // namespace dsm::cuda
