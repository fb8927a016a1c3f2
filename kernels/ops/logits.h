// Logits: the final norm and the head.
//
//   logits[r,v] = dot(norm(x[r]), head[v])
//
// Source    DeepSeekMoE (arXiv 2401.06066) section 2; no bias, not tied to the embedding.
// Letters   R rows wanted, D hidden size, V vocabulary.
// Ownership Borrows every view for the call; allocates nothing; overwrites normed and logits.
// Scratch   roundedBytes(R, D).
// Errors    None. A wrong shape is the caller's bug (CHECK).
// Parity    |logits - reference| <= 2e-5 * max |reference|: the sums' order differs.
#pragma once

#include "kernels/base/op_context.h"
#include "kernels/base/views.h"

namespace dsm {

struct LogitsArgs {
    Matrix<const float> x;  // [R, D]
    Weight norm;            // [1, D]
    float epsilon = 0;
    Weight head;           // [V, D]
    Matrix<float> normed;  // [R, D] out
    Matrix<float> logits;  // [R, V] out
};

void checkShapes(const LogitsArgs& args);

namespace reference {
void logits(OpContext& context, const LogitsArgs& args);
}
namespace cpu {
void logits(OpContext& context, const LogitsArgs& args);
}
namespace cuda {
void logits(OpContext& context, const LogitsArgs& args);
}

}  // namespace dsm
