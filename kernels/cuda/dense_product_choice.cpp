#include <cstdlib>
#include <string>

#include "kernels/cuda/dense_product.h"

namespace dsm {

Result<DenseChoice> denseChoiceOfEnvironment() {
    const char* asked = std::getenv("DSM_CUDA_DENSE");
    const std::string name = asked != nullptr ? asked : "";
    if (name.empty()) return DenseChoice::Measured;
    if (name == "own") return DenseChoice::Own;
    if (name == "cublas") return DenseChoice::Cublas;
    return failure(ErrorCode::Unsupported,
                   "DSM_CUDA_DENSE asks for \"" + name +
                       "\"; there are own and cublas. Unset, the faster one is chosen.");
}

bool cublasWins(std::span<const DenseTime> times, const DenseShape& shape, std::int64_t tokens) {
    const DenseTime* nearest = nullptr;
    for (const DenseTime& time : times) {
        if (time.shape != shape) continue;
        nearest = &time;
        if (tokens <= time.tokens) break;
    }
    return nearest != nullptr && nearest->cublasWins();
}

}  // namespace dsm
