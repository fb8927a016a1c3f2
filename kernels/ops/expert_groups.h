// Expert groups: the (token, choice) slots of a batch, sorted by expert, so that each expert's
// weights are read once for all its tokens.
//
// Slot t*A + a stands for choice a of token t.
// Letters   T tokens, E routed experts, A active experts.
#pragma once

#include <cstdint>
#include <span>

namespace dsm {

struct ExpertGroups {
    std::span<std::int32_t> slots;  // [T*A] slots by expert, within an expert ascending
    std::span<std::int32_t> begin;  // [E+1] expert e owns slots[begin[e] .. begin[e+1])
};

}  // namespace dsm
