// Norm for training: forward, which keeps each token's scale, and backward.
//
//   scale[t]  = 1 / sqrt(mean over d of x[t,d]^2 + epsilon)
//   out[t,d]  = x[t,d] * scale[t] * weight[d]
//   g[t,d]    = dOut[t,d] * weight[d]
//   dx[t,d]  += scale[t] * g[t,d] - x[t,d] * scale[t]^3 * mean over d of g[t,d] * x[t,d]
//   dWeight[d] += sum over t of dOut[t,d] * x[t,d] * scale[t]
//
// Source    Zhang and Sennrich, arXiv 1910.07467, and its derivative.
// Letters   T tokens, D hidden size.
// Ownership Borrows every view for the call; allocates nothing.
// Errors    None. A wrong shape is the caller's bug (CHECK).
// Parity    |out - reference| <= 2e-5 * max |reference|: the sums' order differs.
#pragma once

#include <span>

#include "kernels/base/op_context.h"
#include "kernels/base/views.h"
#include "kernels/ops/shapes.h"

namespace dsm {

template <class T>
struct NormForwardArgs {
    Matrix<const T> x;  // [T, D]
    Weight weight;      // [1, D], F32 or BF16
    float epsilon = 0;
    Matrix<T> out;       // [T, D] out
    std::span<T> scale;  // [T] out
};

template <class T>
struct NormBackwardArgs {
    Matrix<const T> dOut;  // [T, D]
    Matrix<const T> x;     // [T, D]
    Weight weight;         // [1, D], F32 or BF16
    std::span<const T> scale;
    Matrix<T> dx;       // [T, D], added to
    Matrix<T> dWeight;  // [1, D], added to; no data where the weight stays as it is
};

inline bool isNormWeight(const Weight& w, std::int64_t hidden) {
    return hasShape(w, 1, hidden) && (w.type == DType::F32 || w.type == DType::BF16);
}

template <class T>
void checkShapes(const NormForwardArgs<T>& a) {
    DSM_CHECK(a.x.cols > 0 && isNormWeight(a.weight, a.x.cols));
    DSM_CHECK(hasShape(a.out, a.x.rows, a.x.cols) && lengthOf(a.scale) == a.x.rows);
}

template <class T>
void checkShapes(const NormBackwardArgs<T>& a) {
    DSM_CHECK(a.x.cols > 0 && isNormWeight(a.weight, a.x.cols));
    DSM_CHECK(hasShape(a.dOut, a.x.rows, a.x.cols) && hasShape(a.dx, a.x.rows, a.x.cols));
    DSM_CHECK(lengthOf(a.scale) == a.x.rows);
    DSM_CHECK(a.dWeight.data == nullptr || hasShape(a.dWeight, 1, a.x.cols));
}

namespace reference {
template <class T>
void normForward(OpContext& context, const NormForwardArgs<T>& args);
template <class T>
void normBackward(OpContext& context, const NormBackwardArgs<T>& args);
}  // namespace reference
namespace cpu {
void normForward(OpContext& context, const NormForwardArgs<float>& args);
void normBackward(OpContext& context, const NormBackwardArgs<float>& args);
}  // namespace cpu
namespace cuda {
void normForward(OpContext& context, const NormForwardArgs<float>& args);
void normBackward(OpContext& context, const NormBackwardArgs<float>& args);
}  // namespace cuda

}  // namespace dsm
