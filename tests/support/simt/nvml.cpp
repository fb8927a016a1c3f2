// NVIDIA's management library of the emulated machine, in the place of kernels/cuda/nvml_library.cpp.
#include "kernels/cuda/nvml_library.h"

#include <cstdlib>

#include "tests/support/simt/machine.h"

namespace simt {
namespace {

constexpr int kFailed = 999;
bool isBegun = false;

int begin() {
    isBegun = true;
    return 0;
}

int end() {
    isBegun = false;
    return 0;
}

// Of the addresses that cudaDeviceGetPCIBusId() gives.
int handleOf(const char* busId, void** device) {
    const std::lock_guard lock(machineMutex());
    const long index = std::strtol(busId + 5, nullptr, 16) - 1;
    if (!isBegun || index < 0 || index >= static_cast<long>(state().machine.gpus.size()))
        return kFailed;
    *device = reinterpret_cast<void*>(index + 1);
    return 0;
}

int memoryOf(void* device, dsm::cuda::NvmlMemory* memory) {
    const std::lock_guard lock(machineMutex());
    const auto index = static_cast<int>(reinterpret_cast<long>(device) - 1);
    const std::size_t total = gpuOf(index).memoryBytes;
    const std::size_t used = usedBytes(index);
    *memory = {.total = total, .free = total - used, .used = used};
    return 0;
}

constexpr dsm::cuda::NvmlLibrary kLibrary{
    .init = begin, .shutdown = end, .handleByPciBusId = handleOf, .memoryInfo = memoryOf};

}  // namespace
}  // namespace simt

namespace dsm::cuda {

const NvmlLibrary* nvmlLibrary() {
    const std::lock_guard lock(simt::machineMutex());
    return simt::state().machine.hasNvml ? &simt::kLibrary : nullptr;
}

}  // namespace dsm::cuda
