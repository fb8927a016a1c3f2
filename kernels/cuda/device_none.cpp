// A build without CUDA.
#include "kernels/cuda/device.h"

namespace dsm {

Result<std::vector<CudaDevice>> cudaDevices() {
    return failure(ErrorCode::Unsupported, "This program was built without CUDA.");
}

}  // namespace dsm
