// Router for training: scores, the choice and its weights from the logits, backward, and the loss
// that balances the experts. One implementation serves every backend: a few hundred numbers per
// token.
//
//   score, expert, weight and groups as in kernels/ops/route.h; place[slot] is where a slot stands
//   in groups.slots
//
//   balance loss = balance * sum over segments of sum over e of f[e] * P[e]
//   f[e]         = E / (A * n) * slots of the segment's n tokens with expert e       a constant
//   P[e]         = mean of score[t,e] over the segment's tokens
//
//   dScore[t,expert[t,a]] = dWeight[t,a], through the division where normalised;  + balance * f[e]
//   / n dLogit[t,e]  = score[t,e] * (dScore[t,e] - sum over i of dScore[t,i] * score[t,i])
//
// The choice itself is a constant. The loss is that of each sample, as the model was trained.
//
// Source    DeepSeekMoE (arXiv 2401.06066) eq. 9-14.
// Letters   T tokens, E routed experts, A active experts.
// Ownership Borrows every view for the call; backward allocates E numbers.
// Errors    None. A wrong shape is the caller's bug (CHECK).
#pragma once

#include <cstdint>
#include <span>

#include "kernels/base/views.h"
#include "kernels/ops/expert_groups.h"

namespace dsm {

template <class T>
struct RouterForwardArgs {
    Matrix<T> scores;  // [T, E] in: logits; out: scores
    bool normalizeTopK = false;
    Matrix<std::int32_t> expert;    // [T, A] out
    Matrix<T> weight;               // [T, A] out
    ExpertGroups groups;            // out
    std::span<std::int32_t> place;  // [T*A] out
};

template <class T>
struct RouterBackwardArgs {
    Matrix<const T> scores;
    Matrix<const std::int32_t> expert;
    Matrix<const T> weight;
    Matrix<const T> dWeight;  // [T, A]
    bool normalizeTopK = false;
    std::span<const std::int32_t> segments;  // as in attention.h
    double balance = 0;
    Matrix<T> dLogits;  // [T, E] out
};

template <class T>
void routerForward(const RouterForwardArgs<T>& args);
template <class T>
void routerBackward(const RouterBackwardArgs<T>& args);
// Reads scores, expert, segments and balance.
template <class T>
double balanceLoss(const RouterBackwardArgs<T>& args);

}  // namespace dsm
