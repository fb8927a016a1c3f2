// A build without CUDA.
#include "kernels/cuda/gpu_session.h"
#include "kernels/cuda/without_cuda.h"

namespace dsm {

Result<std::unique_ptr<GpuSession>> openGpu(int) {
    return withoutCuda();
}

}  // namespace dsm
