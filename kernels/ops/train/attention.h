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
#include "kernels/ops/shapes.h"

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

// Also the heads per key/value head.
template <class T>
std::int64_t checkAttention(const Matrix<const T>& q, const Matrix<const T>& k,
                            const Matrix<const T>& v, std::int64_t size,
                            std::span<const std::int32_t> segments, Memory memory) {
    DSM_CHECK(size > 0 && size <= kAttentionHead);
    DSM_CHECK(q.cols % size == 0 && k.cols % size == 0 && k.cols > 0);
    DSM_CHECK(q.cols % k.cols == 0 && k.rows == q.rows && hasShape(v, k.rows, k.cols));
    checkSegments(segments, q.rows, memory);
    return q.cols / k.cols;
}

template <class T>
void checkShapes(const AttentionForwardArgs<T>& a, Memory memory = Memory::Host) {
    checkAttention<T>(a.q, a.k, a.v, a.headSize, a.segments, memory);
    DSM_CHECK(hasShape(a.out, a.q.rows, a.q.cols));
    DSM_CHECK(hasShape(a.logSum, a.q.rows, a.q.cols / a.headSize));
}

template <class T>
void checkShapes(const AttentionBackwardArgs<T>& a, Memory memory = Memory::Host) {
    checkAttention<T>(a.q, a.k, a.v, a.headSize, a.segments, memory);
    DSM_CHECK(hasShape(a.out, a.q.rows, a.q.cols) && hasShape(a.dOut, a.q.rows, a.q.cols));
    DSM_CHECK(hasShape(a.logSum, a.q.rows, a.q.cols / a.headSize));
    DSM_CHECK(hasShape(a.dq, a.q.rows, a.q.cols));
    DSM_CHECK(hasShape(a.dk, a.k.rows, a.k.cols) && hasShape(a.dv, a.k.rows, a.k.cols));
}

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
