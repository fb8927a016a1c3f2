// AdamW: one step of the optimizer over a stretch of numbers, and the size of a gradient.
//
//   g      = gradientScale * clip * gradient
//   clip   = limit / (norm + 1e-6) where the norm is above a limit, else 1; norm = sqrt(squares)
//   first  = beta1 * first  + (1 - beta1) * g
//   second = beta2 * second + (1 - beta2) * g^2
//   weight = weight * (1 - rate * decay)
//            - rate * (first / (1 - beta1^step)) / (sqrt(second / (1 - beta2^step)) + epsilon)
//
// Source    Loshchilov and Hutter, arXiv 1711.05101, as PyTorch's AdamW computes it.
// Ownership Borrows every view for the call; on the cpu sumOfSquares() allocates a number for each
//           chunk.
// Scratch   squaresScratchBytes(), of cuda.
// Device    The sums of squares of a clip lie where the gradient does.
// Errors    None. Where a sum of squares is not finite, the step changes nothing.
// Parity    |weight - reference| <= 1e-5 * rate. sumOfSquares() adds up double numbers in chunks of
//           kSquaresChunk, one after the other, whatever the threads.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/base/op_context.h"
#include "kernels/ops/shapes.h"
#include "kernels/ops/train/gradient_clip.h"

namespace dsm {

struct AdamWArgs {
    std::span<float> weight;
    std::span<const float> gradient;
    std::span<float> first;
    std::span<float> second;
    std::int64_t step = 1;  // from 1 on
    double rate = 0;
    double beta1 = 0.9, beta2 = 0.999;
    double epsilon = 1e-8;
    double decay = 0;
    double gradientScale = 1;
    GradientClip clip = {};
};

inline constexpr std::int64_t kSquaresChunk = 1 << 16;

struct SumOfSquaresArgs {
    std::span<const float> numbers;
    double* sum = nullptr;  // out
};

// Of sumOfSquares().
constexpr std::int64_t squaresScratchBytes(std::int64_t numbers) {
    return (numbers + kSquaresChunk - 1) / kSquaresChunk * std::int64_t{sizeof(double)};
}

inline void checkShapes(const AdamWArgs& a) {
    DSM_CHECK(a.step >= 1 && a.gradient.size() == a.weight.size());
    DSM_CHECK(a.first.size() == a.weight.size() && a.second.size() == a.weight.size());
}

namespace reference {
void adamW(OpContext& context, const AdamWArgs& args);
void sumOfSquares(OpContext& context, const SumOfSquaresArgs& args);
}  // namespace reference
namespace cpu {
void adamW(OpContext& context, const AdamWArgs& args);
void sumOfSquares(OpContext& context, const SumOfSquaresArgs& args);
}  // namespace cpu
namespace cuda {
void adamW(OpContext& context, const AdamWArgs& args);
void sumOfSquares(OpContext& context, const SumOfSquaresArgs& args);
}  // namespace cuda

}  // namespace dsm
