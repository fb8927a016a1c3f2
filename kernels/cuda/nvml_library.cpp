#include "kernels/cuda/nvml_library.h"

#include <dlfcn.h>

#include <optional>

#include "kernels/cuda/library_function.h"

namespace dsm::cuda {
namespace {

std::optional<NvmlLibrary> opened() {
    // Stays for the life of the program, as CUDA does.
    void* const library = dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return std::nullopt;
    NvmlLibrary all{};
    const bool isWhole = find(library, "nvmlInit_v2", all.init) &&
                         find(library, "nvmlShutdown", all.shutdown) &&
                         find(library, "nvmlDeviceGetHandleByPciBusId_v2", all.handleByPciBusId) &&
                         find(library, "nvmlDeviceGetMemoryInfo", all.memoryInfo);
    return isWhole ? std::optional(all) : std::nullopt;
}

}  // namespace

const NvmlLibrary* nvmlLibrary() {
    static const std::optional<NvmlLibrary> library = opened();
    return library ? &*library : nullptr;
}

}  // namespace dsm::cuda
