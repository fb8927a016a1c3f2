// The GPUs of this machine that CUDA knows.
//
// A list uses none of them: it makes no context and takes no memory on a GPU. What is free is asked
// of the driver's management library (nvml_library.h); of a GPU that is cut into parts (MIG) it knows the
// whole, so that what a part has free may be less.
//
// Threads  Any.
// Errors   Unsupported: this program was built without CUDA, or the driver is too old for it.
//          DeviceLost: a GPU failed earlier (lost_gpu.h); nothing is asked then. Internal: the
//          driver refused, with its reason. A machine without a GPU or without a driver is no
//          error: the list is empty. Neither is a GPU that does not answer: that is its problem.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "kernels/base/result.h"

namespace dsm {

struct CudaDevice {
    int index = 0;
    std::string name = {};
    int computeMajor = 0;
    int computeMinor = 0;
    std::size_t totalBytes = 0;
    std::size_t freeBytes = 0;  // totalBytes where nobody knows
    std::string problem = {};  // why nothing can be computed on it, and what to do; "" where it can
};

Result<std::vector<CudaDevice>> cudaDevices();

// "GPU 0 (NVIDIA H100)"
inline std::string gpuName(const CudaDevice& device) {
    return "GPU " + std::to_string(device.index) + " (" + device.name + ")";
}

}  // namespace dsm
