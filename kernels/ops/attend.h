// Attend: causal attention of the tokens, each over the cache of its run (cache_run.h).
//
//   score[t,h,s] = q[t,h] . key[s, h / (H/G)] / sqrt(K)      for s <= the position of t
//   out[t,h,:]   = sum over s of softmax_s(score[t,h,:])[s] * value[s, h / (H/G), :]   in float32
//
// Keys and values are what the run's cache holds in its type.
//
// Source    Vaswani et al., arXiv 1706.03762; grouped key/value heads: Ainslie et al.,
//           arXiv 2305.13245; in stretches with running sums: Milakov and Gimelshein,
//           arXiv 1805.02867.
// Letters   T tokens, S positions of the cache, H heads, G key/value heads, K head size.
// Ownership Borrows every view for the call; allocates nothing; overwrites out.
// Scratch   attendScratchBytes(), for as many runs as have a single row, and at least one.
// Errors    None. A wrong shape, or K above kMostHeadSize, is the caller's bug (CHECK).
// Parity    |out - reference| <= 2e-5 * max |value|: the sums' order differs. With a cache in 8 bits
//           3e-4 of the largest result: cpu rounds a query, and the weights of every 256 positions,
//           to 16 bits. A row's result depends neither on T nor on other runs, so that a prompt
//           at once equals the same prompt token by token, and several sequences each alone.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/base/cache_run.h"
#include "kernels/base/op_context.h"
#include "kernels/base/views.h"

namespace dsm {

struct AttendArgs {
    Matrix<const float> q;           // [T, H*K]
    std::span<const CacheRun> runs;  // of T rows; filled up to the end of each
    Matrix<float> out;               // [T, H*K] out
};

// `positions` is the capacity of the caches.
std::int64_t attendScratchBytes(std::int64_t heads, std::int64_t headSize, std::int64_t positions,
                                std::int64_t runs);

void checkShapes(const AttendArgs& args);

namespace reference {
void attend(OpContext& context, const AttendArgs& args);
}
namespace cpu {
void attend(OpContext& context, const AttendArgs& args);
}
namespace cuda {
// Of scratch, whatever the runs.
std::int64_t attendScratchBytes(std::int64_t headSize);
void attend(OpContext& context, const AttendArgs& args);
}  // namespace cuda

}  // namespace dsm
