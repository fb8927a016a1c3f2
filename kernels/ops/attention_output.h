// Attention output: the output projection, added to the residual.
//
//   x[t,:] += attended[t,:] Wo^T
//
// Source    DeepSeekMoE (arXiv 2401.06066) section 2, eq. 1.
// Letters   T tokens, D hidden size, H heads, K head size.
// Ownership Borrows every view for the call; allocates nothing; adds to x.
// Scratch   roundedBytes(T, H*K).
// Errors    None. A wrong shape is the caller's bug (CHECK).
// Parity    |x - reference| <= 2e-5 * max |reference|: the sums' order differs.
#pragma once

#include "kernels/base/op_context.h"
#include "kernels/base/views.h"

namespace dsm {

struct AttentionOutputArgs {
    Matrix<const float> attended;  // [T, H*K]
    Weight output;                 // [D, H*K]
    Matrix<float> x;               // [T, D] in and out
};

void checkShapes(const AttentionOutputArgs& args);

namespace reference {
void attentionOutput(OpContext& context, const AttentionOutputArgs& args);
}
namespace cpu {
void attentionOutput(OpContext& context, const AttentionOutputArgs& args);
}
namespace cuda {
void attentionOutput(OpContext& context, const AttentionOutputArgs& args);
}

}  // namespace dsm
