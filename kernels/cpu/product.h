// Products of gathered tokens with rows of weights, cut into panels (simd.h): the loop that every
// cpu operation with weights shares.
//
// Letters   T tokens, N rows of a weight, K its columns.
// Threads   The functions run on the calling thread; operations share rows out with ThreadPool.
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/base/op_context.h"
#include "kernels/base/views.h"
#include "kernels/cpu/simd.h"

namespace dsm::cpu {

inline const Simd& simdOf(const OpContext& context) {
    return context.simd != nullptr ? *context.simd : machineSimd();
}

constexpr std::int64_t panelsOf(std::int64_t rows) {
    return (rows + kPanelRows - 1) / kPanelRows;
}

// Panels of one work item, for a product of `tokens` tokens with weights of `cols` columns: enough
// to stay in one stretch of memory and to be worth a thread's attention (a few microseconds), few
// enough that every thread gets several items, so that a slow one does not hold up the rest.
inline std::int64_t grainOf(const OpContext& context, std::int64_t panels, std::int64_t tokens,
                            std::int64_t cols) {
    constexpr std::int64_t kLeastProducts = 1 << 16;
    constexpr std::int64_t kMostPanels = 8;
    const std::int64_t products = std::max<std::int64_t>(tokens * cols * kPanelRows, 1);
    const std::int64_t least = (kLeastProducts + products - 1) / products;
    const std::int64_t share = panels / (std::int64_t{4} * context.pool->threads());
    return std::max(least, std::clamp<std::int64_t>(share, 1, kMostPanels));
}

// Up to kPanelTokens rows of numbers, wherever they lie.
struct TokenBlock {
    const float* x[kPanelTokens];
    int count = 0;
};

// Calls body(begin, block) for each block of the T tokens whose numbers are at row(t).
template <class Row, class Body>
void forEachTokenBlock(std::int64_t tokens, const Row& row, const Body& body) {
    TokenBlock block;
    for (std::int64_t begin = 0; begin < tokens; begin += kPanelTokens) {
        block.count = static_cast<int>(std::min<std::int64_t>(tokens - begin, kPanelTokens));
        for (int i = 0; i < block.count; ++i)
            block.x[i] = row(begin + i);
        body(begin, block);
    }
}

// out[t,n] = dot(block.x[t], w[row + n]) for the `rows` <= kPanelRows rows from `row` on.
inline void multiplyPanel(const Simd& simd, const TokenBlock& block, const Weight& w,
                          std::int64_t row, std::int64_t rows, float* out) {
    const auto offset = static_cast<std::size_t>(row * w.cols) * sizeBytes(w.type);
    simd.panel({.x = block.x,
                .tokens = block.count,
                .weights = static_cast<const std::byte*>(w.data) + offset,
                .type = w.type,
                .rows = static_cast<int>(rows),
                .stride = w.cols,
                .k = w.cols,
                .out = out});
}

// Calls write(t, n, values, count) with values[i] = dot(row(t), w[n + i]), i < count, for every
// token and the rows [firstPanel * kPanelRows, lastPanel * kPanelRows) of w.
template <class Row, class Write>
void multiply(const Simd& simd, std::int64_t tokens, const Row& row, const Weight& w,
              std::int64_t firstPanel, std::int64_t lastPanel, const Write& write) {
    const std::int64_t lastRow = std::min(lastPanel * kPanelRows, w.rows);
    forEachTokenBlock(tokens, row, [&](std::int64_t begin, const TokenBlock& block) {
        float tile[kPanelTokens * kPanelRows];
        for (std::int64_t n = firstPanel * kPanelRows; n < lastRow; n += kPanelRows) {
            const std::int64_t count = std::min<std::int64_t>(lastRow - n, kPanelRows);
            multiplyPanel(simd, block, w, n, count, tile);
            for (int i = 0; i < block.count; ++i) {
                write(begin + i, n, tile + i * kPanelRows, count);
            }
        }
    });
}

// out[t,n] = dot(x[t], w[n]) for the rows of the panels [firstPanel, lastPanel).
inline void multiplyInto(const Simd& simd, const Matrix<const float>& x, const Weight& w,
                         std::int64_t firstPanel, std::int64_t lastPanel,
                         const Matrix<float>& out) {
    multiply(
        simd, x.rows, [&](std::int64_t t) { return x.row(t); }, w, firstPanel, lastPanel,
        [&](std::int64_t t, std::int64_t n, const float* values, std::int64_t count) {
            std::copy(values, values + count, out.row(t) + n);
        });
}

}  // namespace dsm::cpu
