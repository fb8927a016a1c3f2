// Attention for training: causal, within each segment of the batch alone, forward and backward.
//
//   s(t,u)       = q[t,h] . k[u,g] / sqrt(K)         u <= t of the same segment, g = h / (H/G)
//   logSum[t,h]  = log sum over u of e^s(t,u)
//   p(t,u)       = e^(s(t,u) - logSum[t,h])
//   out[t,h]     = sum over u of p(t,u) * v[u,g]
//
//   delta[t,h]   = dOut[t,h] . out[t,h]
//   ds(t,u)      = p(t,u) * (dOut[t,h] . v[u,g] - delta[t,h]) / sqrt(K)
//   dq[t,h]      = sum over u of ds(t,u) k[u,g]
//   dk[u,g]      = sum over h of the group and t of ds(t,u) q[t,h]
//   dv[u,g]      = sum over h of the group and t of p(t,u) dOut[t,h]
//
// Several samples lie in one batch as segments that don't see each other. Scores exist for one
// block of kAttentionRows x kAttentionCols at a time and are computed again in the backward pass.
//
// Source    Dao et al., FlashAttention, arXiv 2205.14135, algorithms 1 and 4.
// Letters   T tokens, H heads, G key/value heads, K head size.
// Ownership Borrows every view for the call; allocates nothing; overwrites outputs.
// Errors    None. A wrong shape, or a head above kAttentionHead, is the caller's bug (CHECK).
// Scratch   attentionBackward(): attentionScratchBytes(), of cuda.
// Parity    |out - reference| <= 4e-5 * max |reference|: exp and the sums' order differ. Of cuda
//           2 * kBf16Products (linear.h): what scores are rounded by, their exponentials are off by,
//           and what comes back of them is rounded again.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/base/op_context.h"
#include "kernels/base/views.h"

namespace dsm {

inline constexpr std::int64_t kAttentionRows = 96;   // queries of a block
inline constexpr std::int64_t kAttentionCols = 128;  // keys
inline constexpr std::int64_t kAttentionHead = 256;  // numbers of a head, at most

constexpr std::int64_t attentionScratchBytes(std::int64_t tokens, std::int64_t heads) {
    return tokens * heads * std::int64_t{sizeof(float)};
}

template <class T>
struct AttentionForwardArgs {
    Matrix<const T> q;  // [T, H*K]
    Matrix<const T> k;  // [T, G*K]
    Matrix<const T> v;  // [T, G*K]
    std::int64_t headSize = 0;
    std::span<const std::int32_t> segments;  // segment i is tokens [segments[i], segments[i+1])
    Matrix<T> out;                           // [T, H*K] out
    Matrix<T> logSum;                        // [T, H] out
};

template <class T>
struct AttentionBackwardArgs {
    Matrix<const T> q, k, v;  // as above
    std::int64_t headSize = 0;
    std::span<const std::int32_t> segments;
    Matrix<const T> out, logSum;  // of the forward pass
    Matrix<const T> dOut;         // [T, H*K]
    Matrix<T> dq, dk, dv;         // out
};

namespace reference {
template <class T>
void attentionForward(OpContext& context, const AttentionForwardArgs<T>& args);
template <class T>
void attentionBackward(OpContext& context, const AttentionBackwardArgs<T>& args);
}  // namespace reference
namespace cpu {
void attentionForward(OpContext& context, const AttentionForwardArgs<float>& args);
void attentionBackward(OpContext& context, const AttentionBackwardArgs<float>& args);
}  // namespace cpu
namespace cuda {
void attentionForward(OpContext& context, const AttentionForwardArgs<float>& args);
void attentionBackward(OpContext& context, const AttentionBackwardArgs<float>& args);
}  // namespace cuda

}  // namespace dsm
