// Device dense: who multiplies the dense products of a model's prompts on a GPU, cuBLAS or our own
// kernels (kernels/cuda/dense_product.h): decided while the model is loaded.
//
// Threads  The session's.
// Errors   Those of dense_product.h; a cuBLAS that is missing is none unless DSM_CUDA_DENSE asks
//          for it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "engine/model/pass/weights.h"
#include "kernels/cuda/dense_product.h"

namespace dsm {

// Before the memory is planned: cuBLAS takes some of it. nullptr: our own kernels alone, because
// no weight is in bfloat16, DSM_CUDA_DENSE says so, or there is no cuBLAS.
Result<std::unique_ptr<DenseProduct>> openDense(const Weights& weights, GpuSession& gpu);

// With the weights on the GPU: measures passes of up to so many tokens in `memory` of the device,
// whose contents are lost; or takes everything, where DSM_CUDA_DENSE says so.
Result<void> chooseDense(DenseProduct& dense, const Weights& weights, std::int64_t tokens,
                         std::span<std::byte> memory);

}  // namespace dsm
