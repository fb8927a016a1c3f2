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

#include <vector>

#include "kernels/base/result.h"
#include "kernels/cuda/cuda_device.h"

namespace dsm {

Result<std::vector<CudaDevice>> cudaDevices();

}  // namespace dsm
