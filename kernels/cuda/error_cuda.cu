#include "kernels/cuda/error_cuda.h"

#include <cstdio>

#include "kernels/base/reason.h"
#include "kernels/cuda/cuda_device.h"
#include "kernels/cuda/lost_gpu.h"

namespace dsm::cuda {
namespace {

std::string named(cudaError_t error) {
    return std::string(cudaGetErrorString(error)) + " (CUDA error " +
           std::to_string(static_cast<int>(error)) + ")";
}

std::string gigabytes(std::size_t bytes) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f GB", static_cast<double>(bytes) / 1e9);
    return text;
}

Error reasoned(ErrorCode code, ReasonCode reason, std::vector<std::string> arguments) {
    return failure(code, reason, std::move(arguments)).value();
}

Error oldDriver() {
    int driver = 0;
    int runtime = 0;
    cudaDriverGetVersion(&driver);
    cudaRuntimeGetVersion(&runtime);
    return reasoned(ErrorCode::Unsupported, ReasonCode::DriverTooOld,
                    {versionInWords(driver), versionInWords(runtime)});
}

// A GPU that some program has for itself, or that nobody may compute on.
Error unavailable(cudaError_t error, const std::string& what, const CudaDevice* gpu) {
    int mode = cudaComputeModeDefault;
    if (gpu != nullptr) cudaDeviceGetAttribute(&mode, cudaDevAttrComputeMode, gpu->index);
    cudaGetLastError();
    if (mode == cudaComputeModeProhibited)
        return reasoned(ErrorCode::Unsupported, ReasonCode::GpuClosed, {gpuName(*gpu)});
    if (mode != cudaComputeModeDefault)
        return reasoned(ErrorCode::Unsupported, ReasonCode::GpuOfAnother, {gpuName(*gpu)});
    return reasoned(ErrorCode::Unsupported, ReasonCode::GpuCallFailed, {what, named(error)});
}

}  // namespace

std::string versionInWords(int version) {
    return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

void noteIfLost(cudaError_t error, const CudaDevice& gpu) {
    if (isLost(error)) noteLostGpu(errorOf(error, {}, &gpu));
}

Error errorOf(cudaError_t error, const std::string& what, const CudaDevice* gpu) {
    if (isLost(error) && gpu != nullptr) {
        return reasoned(ErrorCode::DeviceLost, ReasonCode::GpuFailed,
                        {gpuName(*gpu), named(error)});
    }
    cudaGetLastError();  // or a later call would be told of it once more
    switch (error) {
        case cudaErrorInsufficientDriver:
            return oldDriver();
        case cudaErrorNoDevice:
            return {ErrorCode::NotFound, what + ": this computer has no NVIDIA GPU."};
        case cudaErrorNoKernelImageForDevice:
        case cudaErrorInvalidDeviceFunction:
            return reasoned(ErrorCode::Unsupported, ReasonCode::GpuOfOtherGeneration, {what});
        case cudaErrorMemoryAllocation:
            return outOfMemory(what, 0);
        case cudaErrorDevicesUnavailable:
            return unavailable(error, what, gpu);
        default:
            break;
    }
    return reasoned(ErrorCode::Internal, ReasonCode::GpuCallFailed, {what, named(error)});
}

Error outOfMemory(const std::string& what, std::size_t bytes) {
    cudaGetLastError();
    std::size_t free = 0;
    std::size_t total = 0;
    Reason reason(ReasonCode::GpuMemoryGone, {what});
    if (cudaMemGetInfo(&free, &total) == cudaSuccess && bytes > 0) {
        reason = {ReasonCode::GpuMemoryShort,
                  {what, gigabytes(bytes), gigabytes(free), gigabytes(total)}};
    }
    reason.add(ReasonCode::LeaveLessOnGpu);
    return failure(ErrorCode::OutOfMemory, reason).value();
}

}  // namespace dsm::cuda
