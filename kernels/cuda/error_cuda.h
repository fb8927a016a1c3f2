// What CUDA's errors mean to a user. Only for files that are compiled with CUDA.
//
// Threads  Any.
#pragma once

#include <cuda_runtime.h>

#include <string>

#include "kernels/base/result.h"
#include "kernels/cuda/cuda_device.h"
#include "kernels/cuda/kept_error.h"

namespace dsm::cuda {

// The oldest generation of GPUs that kernels are built for: compute capability 8.0 (Ampere).
inline constexpr int kLeastComputeMajor = 8;

// `what` could not be done: "The weights could not be copied to GPU 0"; `gpu` is that GPU, where
// there is one. Takes the error out of CUDA's memory of the last one. Not for memory that ran out,
// which needs numbers.
Error errorOf(cudaError_t error, const std::string& what, const CudaDevice* gpu = nullptr);

// `bytes` of GPU memory for `what` could not be had; asks the GPU of this thread what is free.
Error outOfMemory(const std::string& what, std::size_t bytes);

// Notes an error of this GPU that is kept (kept_error.h) as that of a lost GPU.
void noteIfLost(cudaError_t error, const CudaDevice& gpu);

// "12.4"
std::string versionInWords(int version);

}  // namespace dsm::cuda
