// The GPUs of this machine that CUDA knows.
//
// Threads  Any.
// Errors   Unsupported: this program was built without CUDA, or the driver is too old for it.
//          Internal, DeviceLost: the driver refused, with its reason. A machine without a GPU or
//          without a driver is no error: the list is empty.
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
    std::size_t freeBytes = 0;
    std::string problem = {};  // why nothing can be computed on it, and what to do; "" where it can
};

Result<std::vector<CudaDevice>> cudaDevices();

}  // namespace dsm
