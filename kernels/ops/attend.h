// Attend: causal attention of the tokens over the cache.
//
//   score[t,h,s] = q[t,h] . key[s, h / (H/G)] / sqrt(K)      for s <= position + t
//   out[t,h,:]   = sum over s of softmax_s(score[t,h,:])[s] * value[s, h / (H/G), :]   in float32
//
// Keys and values are what the cache holds in its type.
//
// Source    Vaswani et al., arXiv 1706.03762; grouped key/value heads: Ainslie et al.,
//           arXiv 2305.13245; in stretches with running sums: Milakov and Gimelshein,
//           arXiv 1805.02867.
// Letters   T tokens, S positions of the cache, H heads, G key/value heads, K head size.
// Ownership Borrows every view for the call; allocates nothing; overwrites out.
// Scratch   attendScratchBytes().
// Errors    None. A wrong shape, or K above kMostHeadSize, is the caller's bug (CHECK).
// Parity    |out - reference| <= 2e-5 * max |value|: the sums' order differs. With a cache in 8 bits
//           3e-4 of the largest result: cpu rounds a query, and the weights of every 256 positions,
//           to 16 bits. A row's result does not depend on T, so that a prompt at once equals the
//           same prompt token by token.
#pragma once

#include <cstdint>

#include "kernels/base/kv_panels.h"
#include "kernels/base/op_context.h"
#include "kernels/base/views.h"

namespace dsm {

struct AttendArgs {
    Matrix<const float> q;      // [T, H*K]
    KvPanels cache;             // [0, position + T) filled
    std::int64_t position = 0;  // of q's first row
    Matrix<float> out;          // [T, H*K] out
};

std::int64_t attendScratchBytes(std::int64_t heads, std::int64_t headSize, std::int64_t positions);

namespace reference {
void attend(OpContext& context, const AttendArgs& args);
}
namespace cpu {
void attend(OpContext& context, const AttendArgs& args);
}
namespace cuda {
// Of scratch, whatever T and the position.
std::int64_t attendScratchBytes(std::int64_t headSize);
void attend(OpContext& context, const AttendArgs& args);
}

}  // namespace dsm
