// Gated units for training: the hidden numbers of experts, each row with a factor of its own (the
// router's weight), forward and backward.
//
//   out[m,f]    = factor[m] * silu(gate[m,f]) * up[m,f]                silu(z) = z / (1 + e^-z)
//   dGate[m,f]  = dOut[m,f] * factor[m] * up[m,f] * silu'(gate[m,f])
//   dUp[m,f]    = dOut[m,f] * factor[m] * silu(gate[m,f])
//   dFactor[m]  = sum over f of dOut[m,f] * silu(gate[m,f]) * up[m,f]
//
// The router's weight stands before the down projection, which is linear: the same number.
//
// Source    Shazeer, arXiv 2002.05202; DeepSeekMoE eq. 9.
// Ownership Borrows every view for the call; allocates nothing. dGate may be gate, and dUp up.
// Errors    None. A wrong shape is the caller's bug (CHECK).
// Parity    |out - reference| <= 2e-5 * max |reference|: exp and the sums' order differ.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/base/op_context.h"
#include "kernels/base/views.h"
#include "kernels/ops/shapes.h"

namespace dsm {

template <class T>
struct GatedForwardArgs {
    Matrix<const T> gate;       // [M, F]
    Matrix<const T> up;         // [M, F]
    std::span<const T> factor;  // [M]; empty: 1
    Matrix<T> out;              // [M, F] out
};

template <class T>
struct GatedBackwardArgs {
    Matrix<const T> dOut;       // [M, F]
    Matrix<const T> gate;       // [M, F]
    Matrix<const T> up;         // [M, F]
    std::span<const T> factor;  // [M]; empty: 1
    Matrix<T> dGate;            // [M, F] out
    Matrix<T> dUp;              // [M, F] out
    std::span<T> dFactor;       // [M] out; empty where factor is
};

template <class T>
void checkShapes(const GatedForwardArgs<T>& a) {
    DSM_CHECK(hasShape(a.up, a.gate.rows, a.gate.cols));
    DSM_CHECK(hasShape(a.out, a.gate.rows, a.gate.cols));
    DSM_CHECK(a.factor.empty() || lengthOf(a.factor) == a.gate.rows);
}

template <class T>
void checkShapes(const GatedBackwardArgs<T>& a) {
    DSM_CHECK(hasShape(a.dOut, a.gate.rows, a.gate.cols));
    DSM_CHECK(hasShape(a.up, a.gate.rows, a.gate.cols));
    DSM_CHECK(hasShape(a.dGate, a.gate.rows, a.gate.cols));
    DSM_CHECK(hasShape(a.dUp, a.gate.rows, a.gate.cols));
    DSM_CHECK(a.factor.empty() || lengthOf(a.factor) == a.gate.rows);
    DSM_CHECK(a.dFactor.size() == a.factor.size());
}

namespace reference {
template <class T>
void gatedForward(OpContext& context, const GatedForwardArgs<T>& args);
template <class T>
void gatedBackward(OpContext& context, const GatedBackwardArgs<T>& args);
}  // namespace reference
namespace cpu {
void gatedForward(OpContext& context, const GatedForwardArgs<float>& args);
void gatedBackward(OpContext& context, const GatedBackwardArgs<float>& args);
}  // namespace cpu
namespace cuda {
void gatedForward(OpContext& context, const GatedForwardArgs<float>& args);
void gatedBackward(OpContext& context, const GatedBackwardArgs<float>& args);
}  // namespace cuda

}  // namespace dsm
