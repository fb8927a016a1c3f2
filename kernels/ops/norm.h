// Norm: root-mean-square normalisation of each token.
//
//   out[t,d] = x[t,d] / sqrt(mean over d of x[t,d]^2 + epsilon) * weight[d]     in float32
//
// Source    Zhang and Sennrich, arXiv 1910.07467; no mean subtraction, no bias.
// Letters   T tokens, D hidden size.
// Ownership Borrows every view for the call; allocates nothing; overwrites out, which may be x.
// Errors    None. A wrong shape is the caller's bug (CHECK).
// Parity    |out - reference| <= 1e-5 * max |reference of the row|: the sum's order differs.
#pragma once

#include "kernels/base/op_context.h"
#include "kernels/base/views.h"

namespace dsm {

struct NormArgs {
    Matrix<const float> x;  // [T, D]
    Weight weight;          // [1, D]
    float epsilon = 0;
    Matrix<float> out;  // [T, D] out
};

void checkShapes(const NormArgs& args);

namespace reference {
void norm(OpContext& context, const NormArgs& args);
}
namespace cpu {
void norm(OpContext& context, const NormArgs& args);
}
namespace cuda {
void norm(OpContext& context, const NormArgs& args);
}

}  // namespace dsm
