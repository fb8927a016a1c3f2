// The router's choice from its logits, for every backend: softmax, the best experts, their weights
// and the groups. A few hundred numbers per token, never worth a second implementation.
#pragma once

#include "kernels/ops/route.h"

namespace dsm {

// In: args.scores holds the router's logits. Out: args.scores, expert, weight and groups as route.h
// says.
void chooseExperts(const RouteArgs& args);

}  // namespace dsm
