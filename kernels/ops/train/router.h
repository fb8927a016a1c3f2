// Router for training: scores, the choice and its weights from the logits, backward, and the loss
// that balances the experts. A few hundred numbers per token: the cpu has the
// reference's.
//
//   score, expert, weight and groups as in kernels/ops/route.h; place[slot] is where a slot stands
//   in groups.slots, and of a place tokenOf is its slot's token, factor its slot's weight
//
//   balance loss = balance * sum over segments of sum over e of f[e] * P[e]
//   f[e]         = E / (A * n) * slots of the segment's n tokens with expert e       a constant
//   P[e]         = mean of score[t,e] over the segment's tokens
//
//   dWeight[t,a] = dFactor[place[t*A + a]]
//   dScore[t,expert[t,a]] = dWeight[t,a], through the division where normalised; + balance * f[e]/n
//   dLogit[t,e]  = score[t,e] * (dScore[t,e] - sum over i of dScore[t,i] * score[t,i])
//
// The choice itself is a constant. The loss is that of each sample, as the model was trained.
//
// Source    DeepSeekMoE (arXiv 2401.06066) eq. 9-14.
// Letters   T tokens, E routed experts, A active experts.
// Ownership Borrows every view for the call; backward allocates E numbers.
// Errors    None. A wrong shape is the caller's bug (CHECK).
// Parity    expert and groups equal the reference's unless two scores differ by less than 1e-6;
//           |out - reference| <= 1e-5 * max |reference|.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/base/op_context.h"
#include "kernels/base/views.h"
#include "kernels/ops/expert_groups.h"
#include "kernels/ops/shapes.h"

namespace dsm {

template <class T>
struct RouterForwardArgs {
    Matrix<T> scores;  // [T, E] in: logits; out: scores
    bool normalizeTopK = false;
    Matrix<std::int32_t> expert;      // [T, A] out
    Matrix<T> weight;                 // [T, A] out
    ExpertGroups groups;              // out
    std::span<std::int32_t> place;    // [T*A] out
    std::span<std::int32_t> tokenOf;  // [T*A] out
    std::span<T> factor;              // [T*A] out
};

template <class T>
struct RouterBackwardArgs {
    Matrix<const T> scores;
    Matrix<const std::int32_t> expert;
    Matrix<const T> weight;
    std::span<const std::int32_t> place;  // [T*A]
    std::span<const T> dFactor;           // [T*A]
    bool normalizeTopK = false;
    std::span<const std::int32_t> segments;  // as in attention.h
    double balance = 0;
    Matrix<T> dLogits;                     // [T, E] out
    const double* balanceThere = nullptr;  // as of the balance loss
};

template <class T>
struct BalanceLossArgs {
    Matrix<const T> scores;
    Matrix<const std::int32_t> expert;
    std::span<const std::int32_t> segments;
    double balance = 0;
    double* loss = nullptr;  // added to
    // On a device, where it is not nullptr, the factor stands there when the operation runs.
    const double* balanceThere = nullptr;
};

template <class T>
void checkShapes(const RouterForwardArgs<T>& a) {
    DSM_CHECK(a.expert.rows == a.scores.rows && a.weight.cols == a.expert.cols);
    DSM_CHECK(a.expert.cols <= a.scores.cols && a.weight.rows == a.expert.rows);
    DSM_CHECK(lengthOf(a.groups.begin) == a.scores.cols + 1);
    DSM_CHECK(lengthOf(a.groups.slots) == a.expert.size());
    DSM_CHECK(lengthOf(a.place) == a.expert.size());
    DSM_CHECK(lengthOf(a.tokenOf) == a.expert.size());
    DSM_CHECK(lengthOf(a.factor) == a.expert.size());
}

template <class T>
void checkShapes(const RouterBackwardArgs<T>& a, Memory memory = Memory::Host) {
    DSM_CHECK(a.expert.rows == a.scores.rows && a.expert.cols <= a.scores.cols);
    DSM_CHECK(hasShape(a.weight, a.expert.rows, a.expert.cols));
    DSM_CHECK(lengthOf(a.place) == a.expert.size() && lengthOf(a.dFactor) == a.expert.size());
    DSM_CHECK(hasShape(a.dLogits, a.scores.rows, a.scores.cols));
    checkSegments(a.segments, a.scores.rows, memory);
}

template <class T>
void checkShapes(const BalanceLossArgs<T>& a, Memory memory = Memory::Host) {
    DSM_CHECK(a.expert.rows == a.scores.rows && a.expert.cols <= a.scores.cols);
    DSM_CHECK(a.loss != nullptr);
    checkSegments(a.segments, a.scores.rows, memory);
}

namespace reference {
template <class T>
void routerForward(OpContext& context, const RouterForwardArgs<T>& args);
template <class T>
void routerBackward(OpContext& context, const RouterBackwardArgs<T>& args);
template <class T>
void balanceLoss(OpContext& context, const BalanceLossArgs<T>& args);
}  // namespace reference
namespace cuda {
void routerForward(OpContext& context, const RouterForwardArgs<float>& args);
void routerBackward(OpContext& context, const RouterBackwardArgs<float>& args);
void balanceLoss(OpContext& context, const BalanceLossArgs<float>& args);
}  // namespace cuda

}  // namespace dsm
