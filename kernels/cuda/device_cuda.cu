// A build with CUDA.
#include <algorithm>

#include "kernels/base/reason.h"
#include "kernels/cuda/device.h"
#include "kernels/cuda/error_cuda.h"
#include "kernels/cuda/lost_gpu.h"
#include "kernels/cuda/nvml_library.h"

namespace dsm {
namespace {

constexpr int kBusIdLength = 32;

std::string tooOld(const CudaDevice& device) {
    const std::string capability =
        std::to_string(device.computeMajor) + "." + std::to_string(device.computeMinor);
    return failure(ErrorCode::Unsupported, ReasonCode::GpuTooOld, {gpuName(device), capability})
        .value()
        .message;
}

std::size_t freeBytesOf(const CudaDevice& device) {
    char busId[kBusIdLength] = {};
    if (cudaDeviceGetPCIBusId(busId, kBusIdLength, device.index) != cudaSuccess) {
        cudaGetLastError();
        return device.totalBytes;
    }
    const cuda::NvmlLibrary* nvml = cuda::nvmlLibrary();
    if (nvml == nullptr || nvml->init() != 0) return device.totalBytes;
    void* handle = nullptr;
    cuda::NvmlMemory memory{};
    const bool isKnown =
        nvml->handleByPciBusId(busId, &handle) == 0 && nvml->memoryInfo(handle, &memory) == 0;
    nvml->shutdown();
    return isKnown ? std::min<std::size_t>(memory.free, device.totalBytes) : device.totalBytes;
}

// A GPU that nobody may compute on is one with a problem from the beginning; that another program
// has one for itself shows only when it is used.
CudaDevice describe(int index) {
    CudaDevice device{.index = index, .name = "does not answer"};
    cudaDeviceProp properties{};
    if (const cudaError_t error = cudaGetDeviceProperties(&properties, index)) {
        device.problem =
            cuda::errorOf(error, "GPU " + std::to_string(index) + " does not answer").message;
        cudaGetLastError();
        return device;
    }
    device.name = properties.name;
    device.computeMajor = properties.major;
    device.computeMinor = properties.minor;
    device.totalBytes = properties.totalGlobalMem;
    device.freeBytes = freeBytesOf(device);
    int mode = cudaComputeModeDefault;
    cudaDeviceGetAttribute(&mode, cudaDevAttrComputeMode, index);
    if (properties.major < cuda::kLeastComputeMajor) {
        device.problem = tooOld(device);
    } else if (mode == cudaComputeModeProhibited) {
        device.problem =
            cuda::errorOf(cudaErrorDevicesUnavailable, gpuName(device), &device).message;
    }
    return device;
}

}  // namespace

Result<std::vector<CudaDevice>> cudaDevices() {
    if (auto lost = lostGpu()) return tl::unexpected(std::move(*lost));
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
    if (error != cudaSuccess) {
        return tl::unexpected(cuda::errorOf(error, "The NVIDIA driver cannot be asked for GPUs"));
    }
    std::vector<CudaDevice> devices;
    for (int index = 0; index < count; ++index)
        devices.push_back(describe(index));
    return devices;
}

}  // namespace dsm
