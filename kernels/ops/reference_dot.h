// The sum every reference product is made of: one row of a weight times one row of numbers.
#pragma once

#include <cstdint>

#include "kernels/base/views.h"

namespace dsm::reference {

// sum over k of x[k] * w[row,k], from left to right in float32; x has w.cols numbers.
inline float dot(const float* x, const Weight& w, std::int64_t row) {
    const std::int64_t first = row * w.cols;
    float sum = 0;
    if (w.type == DType::F32) {
        const float* weights = static_cast<const float*>(w.data) + first;
        for (std::int64_t k = 0; k < w.cols; ++k)
            sum += x[k] * weights[k];
    } else {
        const BFloat16* weights = static_cast<const BFloat16*>(w.data) + first;
        for (std::int64_t k = 0; k < w.cols; ++k)
            sum += x[k] * toFloat(weights[k]);
    }
    return sum;
}

}  // namespace dsm::reference
