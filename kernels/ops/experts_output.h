// Experts out: the down projections of routed and shared experts, weighted, added to the residual.
//
//   x[t,:] += sharedHidden[t] sharedDown^T
//             + sum over a of weight[t,a] * (routedHidden[t*A+a] down_e^T),   e = the slot's expert
//
// A dense layer is the case E = 0, A = 0; without a shared expert Fs is 0. An expert's weight
// multiplies after its down projection.
//
// Source    DeepSeekMoE (arXiv 2401.06066) section 3.2, eq. 9.
// Letters   T tokens, D hidden size, E routed experts, A active experts, F expert width, Fs width
//           of the shared expert or of the dense MLP.
// Ownership Borrows every view for the call; allocates nothing; adds to x. The order in which a
//           token's experts are added is fixed, whatever T and the number of threads.
// Scratch   roundedBytes(T, Fs) + roundedBytes(T*A, F).
// Device    Each weight may have a type of its own on the host; on a device the routed experts have
//           one.
// Errors    None. A wrong shape, or on a device more than one type, is the caller's bug (CHECK).
// Parity    With weights in Q8 or Q4, 1e-3 instead of 4e-5: a hidden number that differs in its
//           last bit may round to another of its levels. Else |x - reference| <= 4e-5 * max
//           |reference|: the sums' order differs.
#pragma once

#include <span>

#include "kernels/base/op_context.h"
#include "kernels/base/views.h"
#include "kernels/ops/expert_groups.h"
#include "kernels/ops/shapes.h"

namespace dsm {

struct ExpertsOutputArgs {
    Matrix<const float> routedHidden;  // [T*A, F]
    Matrix<const float> weight;        // [T, A]
    ExpertGroups groups;               // of route()
    std::span<const Weight> down;      // [E] of [D, F]
    Matrix<const float> sharedHidden;  // [T, Fs]
    Weight sharedDown;                 // [D, Fs]
    Matrix<float> x;                   // [T, D] in and out
};

void checkShapes(const ExpertsOutputArgs& args, Memory memory = Memory::Host);

namespace reference {
void expertsOutput(OpContext& context, const ExpertsOutputArgs& args);
}
namespace cpu {
void expertsOutput(OpContext& context, const ExpertsOutputArgs& args);
}
namespace cuda {
// Of scratch; all other operations of this backend but attend() need none.
std::int64_t expertsOutputScratchBytes(std::int64_t tokens, std::int64_t hidden,
                                       std::int64_t active, std::int64_t expertWidth,
                                       std::int64_t sharedWidth);
void expertsOutput(OpContext& context, const ExpertsOutputArgs& args);
}  // namespace cuda

}  // namespace dsm
