// A build without CUDA.
#include "kernels/cuda/device.h"
#include "kernels/cuda/gpu_limits.h"
#include "kernels/cuda/gpu_session.h"

namespace dsm {

namespace {

tl::unexpected<Error> withoutCuda() {
    return failure(ErrorCode::Unsupported, "This program was built without CUDA.");
}

}  // namespace

Result<std::vector<CudaDevice>> cudaDevices() {
    return withoutCuda();
}

Result<std::unique_ptr<GpuSession>> openGpu(int) {
    return withoutCuda();
}

// Nothing below is reached: no session can be opened.
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
