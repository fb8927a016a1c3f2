// A build without CUDA.
#include "kernels/cuda/device.h"
#include "kernels/cuda/without_cuda.h"

namespace dsm {

Result<std::vector<CudaDevice>> cudaDevices() {
    return withoutCuda();
}

}  // namespace dsm
