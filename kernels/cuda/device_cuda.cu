// A build with CUDA.
#include "kernels/cuda/device.h"
#include "kernels/cuda/error_cuda.h"

namespace dsm {
namespace {

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

// A context that was lost earlier must not stand in the way of the next attempt.
tl::unexpected<Error> refused(cudaError_t error, const std::string& what) {
    Error refusal = cuda::errorOf(error, what);
    if (cuda::isLost(error)) cudaDeviceReset();
    cudaGetLastError();
    return tl::unexpected(std::move(refusal));
}

Result<CudaDevice> describe(int index) {
    const std::string which = "GPU " + std::to_string(index);
    cudaDeviceProp properties{};
    if (const cudaError_t error = cudaGetDeviceProperties(&properties, index)) {
        return refused(error, "The properties of " + which + " cannot be read");
    }
    CudaDevice device{.index = index,
                      .name = properties.name,
                      .computeMajor = properties.major,
                      .computeMinor = properties.minor,
                      .totalBytes = properties.totalGlobalMem};
    if (properties.major < cuda::kLeastComputeMajor) {
        device.problem = which + " (" + device.name + ") is too old: its compute capability is " +
                         std::to_string(properties.major) + "." + std::to_string(properties.minor) +
                         ", this program needs 8.0 or newer. Compute on the CPU (--backend cpu).";
        return device;
    }
    cudaError_t error = cudaSetDevice(index);
    if (error == cudaSuccess) error = cudaMemGetInfo(&device.freeBytes, &device.totalBytes);
    if (error != cudaSuccess) return refused(error, "The memory of " + which + " cannot be read");
    return device;
}

Result<std::vector<CudaDevice>> listDevices() {
    int count = 0;
    const cudaError_t error = cudaGetDeviceCount(&count);
    if (error == cudaErrorNoDevice || error == cudaErrorInsufficientDriver) {
        // A driver too old and no driver at all give the same code; the driver's version tells.
        int driver = 0;
        if (error == cudaErrorInsufficientDriver && cudaDriverGetVersion(&driver) == cudaSuccess &&
            driver > 0) {
            return tl::unexpected(cuda::errorOf(error, {}));
        }
        cudaGetLastError();  // or a later call of this thread would be told of it
        return std::vector<CudaDevice>();
    }
    if (error != cudaSuccess) return refused(error, "The NVIDIA driver cannot be asked for GPUs");

    const KeptDevice kept;
    std::vector<CudaDevice> devices;
    for (int index = 0; index < count; ++index) {
        Result<CudaDevice> device = describe(index);
        if (!device) return tl::unexpected(std::move(device.error()));
        devices.push_back(std::move(*device));
    }
    return devices;
}

}  // namespace

Result<std::vector<CudaDevice>> cudaDevices() {
    auto devices = listDevices();
    // Of a GPU that was lost earlier; its context has been reset.
    if (!devices && devices.error().code == ErrorCode::DeviceLost) return listDevices();
    return devices;
}

}  // namespace dsm
