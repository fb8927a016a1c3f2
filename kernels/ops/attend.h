// Attend: causal attention of the tokens over the cache.
//
//   score[t,h,s] = q[t,h] . key[s, h / (H/G)] / sqrt(K)      for s <= position + t
//   out[t,h,:]   = sum over s of softmax_s(score[t,h,:])[s] * value[s, h / (H/G), :]   in float32
//
// Source    Vaswani et al., arXiv 1706.03762; grouped key/value heads: Ainslie et al.,
//           arXiv 2305.13245.
// Letters   T tokens, S cache rows, H heads, G key/value heads, K head size.
// Ownership Borrows every view for the call; allocates nothing; overwrites out and scores.
// Errors    None. A wrong shape is the caller's bug (CHECK).
// Parity    |out - reference| <= 2e-5 * max |value|: the sums' order differs. A row's result does
//           not depend on T, so that a prompt at once equals the same prompt token by token.
#pragma once

#include <cstdint>

#include "kernels/base/op_context.h"
#include "kernels/base/views.h"

namespace dsm {

struct AttendArgs {
    Matrix<const float> q;           // [T, H*K]
    Matrix<const float> keyCache;    // [S, G*K], rows [0, position + T) filled
    Matrix<const float> valueCache;  // [S, G*K]
    std::int64_t headSize = 0;
    std::int64_t position = 0;  // of q's first row
    Matrix<float> scores;       // [H, S] scratch
    Matrix<float> out;          // [T, H*K] out
};

namespace reference {
void attend(OpContext& context, const AttendArgs& args);
}
namespace cpu {
void attend(OpContext& context, const AttendArgs& args);
}

}  // namespace dsm
