#include "kernels/cuda/cublas_library.h"

#include <dlfcn.h>

#include <string>

#include "kernels/cuda/library_function.h"

namespace dsm::cuda {
namespace {

const std::string kFile = "libcublas.so." + std::to_string(CUBLAS_VER_MAJOR);

}  // namespace

Result<CublasLibrary> cublasLibrary() {
    // Stays for the life of the program, as CUDA does.
    static void* const library = dlopen(kFile.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        return failure(
            ErrorCode::Unsupported,
            "cuBLAS (" + kFile + ") is not installed; where it is, prompts may be read faster.");
    }
    CublasLibrary all{};
    const bool isWhole = find(library, "cublasCreate_v2", all.create) &&
                         find(library, "cublasDestroy_v2", all.destroy) &&
                         find(library, "cublasSetStream_v2", all.setStream) &&
                         find(library, "cublasSetWorkspace_v2", all.setWorkspace) &&
                         find(library, "cublasSetMathMode", all.setMathMode) &&
                         find(library, "cublasGemmEx", all.gemm) &&
                         find(library, "cublasGetStatusName", all.statusName);
    if (!isWhole)
        return failure(ErrorCode::Unsupported,
                       kFile + " lacks a function. Install NVIDIA's own cuBLAS again.");
    return all;
}

}  // namespace dsm::cuda
