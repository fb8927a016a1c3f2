// Experts in: gate and up projections and their product, for the routed experts each token chose
// and for the shared expert every token runs through.
//
//   routedHidden[slot,:] = silu(n[t] gate_e^T) * (n[t] up_e^T)    slot = t*A + a, e = expert[t,a]
//   sharedHidden[t,:]    = silu(n[t] sharedGate^T) * (n[t] sharedUp^T)
//   silu(z)              = z / (1 + exp(-z))
//
// A dense layer is the case without routed experts: E = 0, A = 0, its MLP in the shared weights.
// Without a shared expert Fs is 0 and its weights have no data.
//
// Source    DeepSeekMoE (arXiv 2401.06066) section 3; gated units: Shazeer, arXiv 2002.05202.
// Letters   T tokens, D hidden size, E routed experts, A active experts, F expert width, Fs width
//           of the shared expert or of the dense MLP.
// Ownership Borrows every view for the call; allocates nothing; overwrites outputs.
// Scratch   roundedBytes(T, D) + roundedBytes(T*A, D).
// Device    Each weight may have a type of its own on the host; on a device those of the routed
//           experts have one type, and gate and up of the shared one.
// Errors    None. A wrong shape, or on a device more than one type, is the caller's bug (CHECK).
// Parity    With weights in Q8 or Q4, 1e-3 instead of 4e-5: a hidden number that differs in its
//           last bit may round to another of its levels. Else |out - reference| <= 4e-5 * max
//           |reference|: the sums' order and exp differ.
#pragma once

#include <span>

#include "kernels/base/op_context.h"
#include "kernels/base/views.h"
#include "kernels/ops/expert_groups.h"
#include "kernels/ops/shapes.h"

namespace dsm {

struct ExpertsInputArgs {
    Matrix<const float> normed;      // [T, D]
    std::int64_t activeExperts = 0;  // A
    ExpertGroups groups;             // of route()
    std::span<const Weight> gate;    // [E] of [F, D]
    std::span<const Weight> up;      // [E] of [F, D]
    Weight sharedGate;               // [Fs, D]
    Weight sharedUp;                 // [Fs, D]
    Matrix<float> routedHidden;      // [T*A, F] out
    Matrix<float> sharedHidden;      // [T, Fs] out
};

void checkShapes(const ExpertsInputArgs& args, Memory memory = Memory::Host);

namespace reference {
void expertsInput(OpContext& context, const ExpertsInputArgs& args);
}
namespace cpu {
void expertsInput(OpContext& context, const ExpertsInputArgs& args);
}
namespace cuda {
void expertsInput(OpContext& context, const ExpertsInputArgs& args);
}

}  // namespace dsm
