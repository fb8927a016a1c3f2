#include "kernels/cuda/nvml_library.h"

#include <dlfcn.h>

#include <optional>

namespace dsm::cuda {
namespace {

constexpr const char* kFile = "libnvidia-ml.so.1";

template <class Function>
bool find(void* library, const char* name, Function*& function) {
    function = reinterpret_cast<Function*>(dlsym(library, name));
    return function != nullptr;
}

std::optional<NvmlLibrary> opened() {
    // Stays for the life of the program, as CUDA does.
    void* const library = dlopen(kFile, RTLD_NOW | RTLD_LOCAL);
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
