// Expert groups: the (token, choice) slots of a batch, sorted by expert, so that each expert's
// weights are read once for all its tokens.
//
// Slot t*A + a stands for choice a of token t.
// Letters   T tokens, E routed experts, A active experts.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/ops/shapes.h"

namespace dsm {

struct ExpertGroups {
    std::span<std::int32_t> slots;  // [T*A] slots by expert, within an expert ascending
    std::span<std::int32_t> begin;  // [E+1] expert e owns slots[begin[e] .. begin[e+1])
};

// That they hold every slot once: what the expert operations index by.
void checkGroups(const ExpertGroups& groups, std::int64_t experts, std::int64_t slots,
                 Memory memory);

// A kernel reads the weights of all experts in the type of the first; on the host each has its own.
void checkTypes(std::span<const Weight> weights, std::span<const Weight> likes, Memory memory);

}  // namespace dsm
