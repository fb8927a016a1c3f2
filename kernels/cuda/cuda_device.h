// What is known of one GPU.
//
// Threads  Plain values: any.
#pragma once

#include <cstddef>
#include <string>

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

// "GPU 0 (NVIDIA H100)"
inline std::string gpuName(const CudaDevice& device) {
    return "GPU " + std::to_string(device.index) + " (" + device.name + ")";
}

}  // namespace dsm
