// The sum every reference product is made of: one row of a weight times one row of numbers.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "kernels/base/rounded_rows.h"
#include "kernels/base/views.h"
#include "kernels/base/weight_blocks.h"

namespace dsm::reference {

// sum over blocks of the exact sum of levels times levels, times both scales; each addition fused
// with its product.
inline float dotRounded(const float* x, const Weight& w, std::int64_t row) {
    float sum = 0;
    for (std::int64_t b = 0; b * kBlockCols < w.cols; ++b) {
        const std::int64_t count = std::min(w.cols - b * kBlockCols, kBlockCols);
        const RoundedBlock input = roundBlock(x + b * kBlockCols, count);
        const WeightBlock block = readBlock(w.type, w.data, w.cols, row, b);
        std::int32_t products = 0;
        for (std::size_t i = 0; i < static_cast<std::size_t>(kBlockCols); ++i) {
            const int level = w.type == DType::Q8 ? block.code[i] : kQ4Levels[block.code[i]];
            products += level * input.level[i];
        }
        const float scale = halfToFloat(block.scale) * input.scale;
        sum = std::fma(static_cast<float>(products), scale, sum);
    }
    return sum;
}

// scaling * sum over i of b[row,i] * (sum over k of x[k] * a[i,k])
inline float dotLowRank(const float* x, const LowRank& low, std::int64_t row) {
    float sum = 0;
    for (std::int64_t i = 0; i < low.a.rows; ++i) {
        float inner = 0;
        for (std::int64_t k = 0; k < low.a.cols; ++k)
            inner += x[k] * low.a.row(i)[k];
        sum += low.b.row(row)[i] * inner;
    }
    return low.scaling * sum;
}

// sum over k of x[k] * w[row,k], from left to right in float32; x has w.cols numbers. For weights
// in Q8 and Q4, of the rounded x (rounded_rows.h).
inline float dotStored(const float* x, const Weight& w, std::int64_t row) {
    if (isBlocked(w.type)) return dotRounded(x, w, row);
    const std::int64_t first = row * w.cols;
    float sum = 0;
    if (w.type == DType::F32) {
        const float* weights = static_cast<const float*>(w.data) + first;
        for (std::int64_t k = 0; k < w.cols; ++k)
            sum += x[k] * weights[k];
    } else if (w.type == DType::BF16) {
        const BFloat16* weights = static_cast<const BFloat16*>(w.data) + first;
        for (std::int64_t k = 0; k < w.cols; ++k)
            sum += x[k] * toFloat(weights[k]);
    } else {
        for (std::int64_t k = 0; k < w.cols; ++k)
            sum += x[k] * w.at(row, k);
    }
    return sum;
}

// The same, and what an adapter adds.
inline float dot(const float* x, const Weight& w, std::int64_t row) {
    const float stored = dotStored(x, w, row);
    return w.lowRank == nullptr ? stored : stored + dotLowRank(x, *w.lowRank, row);
}

}  // namespace dsm::reference
