// A build without CUDA: nothing here is reached, since no session can be opened.
#include "kernels/cuda/gpu_limits.h"
#include "kernels/cuda/without_cuda.h"

namespace dsm {

Result<GpuLimits> GpuLimits::make(GpuSession&, std::uint64_t, int) {
    return withoutCuda();
}
Result<double> GpuLimits::readRate() {
    return withoutCuda();
}
Result<double> GpuLimits::tensorRate(TensorArithmetic) {
    return withoutCuda();
}

}  // namespace dsm
