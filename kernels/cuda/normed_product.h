// Normed products: rows of a weight times the normed inputs of a few tokens, and the normed inputs
// themselves: what the head and the router are made of.
//
//   normed[t] = norm(x[t])                          kernels/ops/norm.h
//   out[t, r] = dot(normed[t], weight[r]), and what an adapter's factors add to it
//
// Letters   T tokens, D columns, R rows of the weight.
// Device    A grid of (rows / Rows, tokens / Tokens) blocks of kProductThreads; each norms its
//           tokens for itself, and those of x = 0 write them. Asks for its panel, then waits for
//           the launches before.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "kernels/cuda/low_rank.h"
#include "kernels/cuda/product_launch.h"
#include "kernels/cuda/row_norm.h"

namespace dsm::cuda {

struct NormedProduct {
    const float* x;  // [T, D]
    DeviceWeight norm;
    float epsilon;
    DeviceWeight weight;  // [R, D]
    float* normed;        // [T, D]
    float* out;           // [T, R]
    std::int64_t tokens;
    DeviceLowRank low = {};
    const float* h = nullptr;  // [T, r], shrunk already
};

template <bool IsBlocked, int Tokens>
struct NormedShared : ProductShared<IsBlocked, Tokens> {
    FloatPair partial[kProductWarps];
    float scale[Tokens];
};

// Blocks that a multiprocessor has room for at least, where it matters: left alone, the compiler
// makes room for more of them and spills.
template <bool IsBlocked, int Tokens>
inline constexpr int kNormedBlocks = IsBlocked ? (Tokens == 1 ? 0 : 3) : (Tokens == 1 ? 2 : 0);

// How many tokens this block has.
template <int Tokens>
__device__ __forceinline__ int tokensOfBlock(std::int64_t tokens) {
    const std::int64_t left = tokens - static_cast<std::int64_t>(blockIdx.y) * Tokens;
    return left < Tokens ? static_cast<int>(left) : Tokens;
}

template <int Rows, bool IsBlocked, int Tokens>
__device__ __forceinline__ void multiplyNormed(const NormedProduct& args,
                                               NormedShared<IsBlocked, Tokens>& shared) {
    const DeviceWeight& w = args.weight;
    const std::int64_t row = static_cast<std::int64_t>(blockIdx.x) * Rows;
    const std::int64_t first = static_cast<std::int64_t>(blockIdx.y) * Tokens;
    const int count = tokensOfBlock<Tokens>(args.tokens);
    fetchPanel(w, row);
    shared.product.prepare();
    ptx::waitForLaunchesBefore();
    ptx::letNextLaunchBegin();

    const float* x = args.x + first * w.cols;
    for (int t = 0; t < count; ++t) {
        const float scale = normScale(x + t * w.cols, w.cols, args.epsilon, shared.partial);
        if (threadIdx.x == 0) shared.scale[t] = scale;
    }
    const auto normed = [&](int t, std::int64_t c) {
        return t < count ? x[t * w.cols + c] * shared.scale[t] * normWeight(args.norm, c) : 0.0F;
    };
    PanelProduct<IsBlocked, Tokens, Rows> product;
    eachStretch(shared.in, w.cols, normed, [&](std::int64_t begin, std::int64_t end) {
        product.add(w, row, begin, end, shared.in, shared.product);
    });
    product.finish(shared.total, shared.product);
    if (blockIdx.x == 0) {
        for (std::int64_t i = threadIdx.x; i < count * w.cols; i += kProductThreads)
            args.normed[first * w.cols + i] = normed(static_cast<int>(i / w.cols), i % w.cols);
    }
    for (int i = static_cast<int>(threadIdx.x); i < count * Rows; i += kProductThreads) {
        const std::int64_t r = row + i % Rows;
        const std::int64_t t = first + i / Rows;
        if (r < w.rows) {
            args.out[t * w.rows + r] = shared.total.row[i / Rows][i % Rows] +
                                       lowRankSum(args.low, r, args.h + t * args.low.rank);
        }
    }
}

}  // namespace dsm::cuda
