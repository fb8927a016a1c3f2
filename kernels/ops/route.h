// Router: norm, then which routed experts each token runs through, and their weights.
//
//   normed      = norm(x)                                             see norm.h
//   score[t,e]  = softmax over e of dot(normed[t], gate[e])           in float32
//   expert[t,:] = the A experts of largest score, best first; ties go to the lower index
//   weight[t,a] = score[t, expert[t,a]], divided by their sum where normalizeTopK
//   groups      = the slots t*A + a sorted by expert                  see expert_groups.h
//
// Source    DeepSeekMoE (arXiv 2401.06066) section 3.2, eq. 9-11.
// Letters   T tokens, D hidden size, E routed experts, A active experts.
// Ownership Borrows every view for the call; allocates nothing; overwrites outputs.
// Scratch   roundedBytes(T, D).
// Errors    None. A wrong shape is the caller's bug (CHECK).
// Parity    expert equals the reference unless two scores differ by less than 1e-6;
//           |weight - reference| <= 1e-5.
#pragma once

#include <cstdint>

#include "kernels/base/op_context.h"
#include "kernels/base/views.h"
#include "kernels/ops/expert_groups.h"

namespace dsm {

struct RouteArgs {
    Matrix<const float> x;  // [T, D]
    Weight norm;            // [1, D]
    float epsilon = 0;
    Weight gate;  // [E, D]
    bool normalizeTopK = false;
    Matrix<float> normed;         // [T, D] out
    Matrix<float> scores;         // [T, E] out
    Matrix<std::int32_t> expert;  // [T, A] out
    Matrix<float> weight;         // [T, A] out
    ExpertGroups groups;          // out
};

void checkShapes(const RouteArgs& args);

// The choice from the router's logits, for both backends of the host: a few hundred numbers per
// token, never worth a second implementation. In: args.scores holds the logits. Out: args.scores,
// expert, weight and groups as above.
void chooseExperts(const RouteArgs& args);

namespace reference {
void route(OpContext& context, const RouteArgs& args);
}
namespace cpu {
void route(OpContext& context, const RouteArgs& args);
}
namespace cuda {
void route(OpContext& context, const RouteArgs& args);
}

}  // namespace dsm
