// A build with CUDA.
#include <cuda_runtime.h>

#include "kernels/cuda/device.h"

namespace dsm {
namespace {

tl::unexpected<Error> cudaFailure(const std::string& what, cudaError_t error) {
    return failure(ErrorCode::Internal, what + ": " + cudaGetErrorString(error) + ".");
}

// The calling thread's current device, put back when the scope ends: cudaMemGetInfo speaks of the
// current device only.
class KeptDevice {
  public:
    KeptDevice() { known_ = cudaGetDevice(&index_) == cudaSuccess; }
    ~KeptDevice() {
        if (known_) cudaSetDevice(index_);
    }
    KeptDevice(const KeptDevice&) = delete;
    KeptDevice& operator=(const KeptDevice&) = delete;

  private:
    int index_ = 0;
    bool known_ = false;
};

Result<CudaDevice> describe(int index) {
    const std::string which = "GPU " + std::to_string(index);
    cudaDeviceProp properties{};
    if (const cudaError_t error = cudaGetDeviceProperties(&properties, index)) {
        return cudaFailure("Cannot read the properties of " + which, error);
    }
    CudaDevice device{.index = index,
                      .name = properties.name,
                      .computeMajor = properties.major,
                      .computeMinor = properties.minor};
    cudaError_t error = cudaSetDevice(index);
    if (error == cudaSuccess) error = cudaMemGetInfo(&device.freeBytes, &device.totalBytes);
    if (error != cudaSuccess) return cudaFailure("Cannot read the memory of " + which, error);
    return device;
}

}  // namespace

Result<std::vector<CudaDevice>> cudaDevices() {
    int count = 0;
    const cudaError_t error = cudaGetDeviceCount(&count);
    if (error == cudaErrorNoDevice || error == cudaErrorInsufficientDriver) {
        cudaGetLastError();  // clears it, for a later call of this thread
        // A driver too old and no driver at all give the same code; the driver's version tells.
        int driver = 0;
        if (cudaDriverGetVersion(&driver) == cudaSuccess && driver > 0 &&
            error == cudaErrorInsufficientDriver) {
            return cudaFailure("The NVIDIA driver is too old for this program", error);
        }
        return std::vector<CudaDevice>();
    }
    if (error != cudaSuccess)
        return cudaFailure("Cannot ask the NVIDIA driver for its GPUs", error);

    const KeptDevice kept;
    std::vector<CudaDevice> devices;
    for (int index = 0; index < count; ++index) {
        Result<CudaDevice> device = describe(index);
        if (!device) return tl::unexpected(std::move(device.error()));
        devices.push_back(std::move(*device));
    }
    return devices;
}

}  // namespace dsm
