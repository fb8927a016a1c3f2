// A build without CUDA.
#include "kernels/cuda/device.h"
#include "kernels/cuda/gpu_limits.h"
#include "kernels/cuda/gpu_session.h"

namespace dsm {

namespace {

tl::unexpected<Error> without() {
    return failure(ErrorCode::Unsupported, "This program was built without CUDA.");
}

}  // namespace

Result<std::vector<CudaDevice>> cudaDevices() {
    return without();
}

Result<std::unique_ptr<GpuSession>> openGpu(int) {
    return without();
}

// Nothing below is reached: no session can be opened.
Result<GpuLimits> GpuLimits::make(GpuSession&, std::uint64_t, int) {
    return without();
}
Result<double> GpuLimits::readRate() {
    return without();
}
Result<double> GpuLimits::tensorRate(TensorArithmetic) {
    return without();
}

}  // namespace dsm
