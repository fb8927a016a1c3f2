// Attention input: norm, the query, key and value projections, rotary positions, and the append of
// keys and values to the caches of the tokens' runs (cache_run.h).
//
//   n          = norm(x)                                             see norm.h
//   q[t,h,:]   = rope(n[t] Wq^T [h], position of t)
//   key[t,g,:] = rope(n[t] Wk^T [g], position of t), value[t,g,:] = n[t] Wv^T [g]
//   cache      = key and value at the position of t in the cache of its run, in its type
//   rope       rotates the pair (i, i + K/2) by the angle of rope.h  ("rotate half")
//
// Source    Su et al., arXiv 2104.09864; pairs lie half a head apart, as in the checkpoints.
// Letters   T tokens, S cache rows, D hidden size, H heads, G key/value heads, K head size.
// Ownership Borrows every view for the call; allocates nothing; overwrites normed, q, key, value
//           and the positions [position, end()) of each run's cache; no other position changes.
// Scratch   roundedBytes(T, D).
// Errors    None. A wrong shape, or a position beyond S, is the caller's bug (CHECK).
// Parity    |out - reference| <= 2e-5 * max |reference| per output: the sums' order differs; the
//           cache holds what rounding to its type makes of them.
#pragma once

#include <span>

#include "kernels/base/cache_run.h"
#include "kernels/base/op_context.h"
#include "kernels/base/views.h"

namespace dsm {

struct AttentionInputArgs {
    Matrix<const float> x;  // [T, D]
    Weight norm;            // [1, D]
    float epsilon = 0;
    Weight query;                    // [H*K, D]
    Weight key;                      // [G*K, D]
    Weight value;                    // [G*K, D]
    Matrix<const float> rotary;      // [S, K], the lines of rope.h
    Matrix<float> normed;            // [T, D] out
    Matrix<float> q;                 // [T, H*K] out
    Matrix<float> keys;              // [T, G*K] out
    Matrix<float> values;            // [T, G*K] out
    std::span<const CacheRun> runs;  // of T rows; the positions of each from .position on out
};

void checkShapes(const AttentionInputArgs& args);

namespace reference {
void attentionInput(OpContext& context, const AttentionInputArgs& args);
}
namespace cpu {
void attentionInput(OpContext& context, const AttentionInputArgs& args);
}
namespace cuda {
void attentionInput(OpContext& context, const AttentionInputArgs& args);
}

}  // namespace dsm
