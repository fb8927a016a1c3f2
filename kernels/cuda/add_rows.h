// The end of two operations, x[t,:] += in[t] W^T: by cuBLAS, or by our tiles.
#pragma once

#include <cstddef>

#include "kernels/base/op_context.h"
#include "kernels/base/views.h"
#include "kernels/cuda/dense_product.h"
#include "kernels/cuda/tile_add.h"

namespace dsm::cuda {

// By whichever way is taken for such a weight and so many tokens.
inline void addRows(OpContext& context, const Matrix<const float>& in, const Weight& w, float* x) {
    if (!takesDense(context, w, in.rows))
        return launchAddTiles(context.device, in.data, onDevice(w), x, in.rows);
    const std::byte* halves = splitRows(context, in);
    context.device.dense->multiply(context.device, halves, w, in.rows, true, x);
}

}  // namespace dsm::cuda
