// What the cpu operations of the experts share: walking the experts that have a token.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "kernels/cpu/product.h"
#include "kernels/ops/expert_groups.h"

namespace dsm::cpu {

// How many experts have a token at all: one token has 6 of 64, and work counted in items that
// exist keeps threads from drawing empty ones.
inline std::int64_t busyExperts(const ExpertGroups& groups) {
    std::int64_t busy = 0;
    for (std::size_t e = 0; e + 1 < groups.begin.size(); ++e) {
        if (groups.begin[e] < groups.begin[e + 1]) ++busy;
    }
    return busy;
}

// The index of the nth (from 0) expert that has a token.
inline std::size_t busyExpert(const ExpertGroups& groups, std::int64_t nth) {
    std::size_t e = 0;
    while (groups.begin[e] == groups.begin[e + 1] || nth-- > 0)
        ++e;
    return e;
}

// Whether a weight wants rounded inputs. An adapter may have put others in place of some.
inline bool anyBlocked(std::span<const Weight> weights) {
    return std::any_of(weights.begin(), weights.end(),
                       [](const Weight& w) { return isBlocked(w.type); });
}

// The rounded inputs of an operation of the experts: those of all tokens in order, for the shared
// expert, and those of each expert's slots. nullptr where weights want none.
struct ExpertInputs {
    const std::byte* shared = nullptr;
    const std::byte* routed = nullptr;
};

// Rounds the rows row(slot) of `cols` numbers into the context's scratch from byte `offset` on, in
// the order of groups.slots, in groups that begin anew with each expert: the rows of expert e begin
// groups.begin[e] * roundedRowBytes(cols) after what is returned.
template <class Row>
const std::byte* roundSlots(OpContext& context, const ExpertGroups& groups, const Row& row,
                            std::int64_t cols, std::int64_t offset) {
    const auto slotCount = static_cast<std::int64_t>(groups.slots.size());
    DSM_CHECK(offset + roundedBytes(slotCount, cols) <= context.scratchBytes());
    const Simd& simd = simdOf(context);
    std::byte* out = context.scratch.data() + offset;
    const auto experts = static_cast<std::int64_t>(groups.begin.size()) - 1;
    // A few rows are not worth waking a thread for.
    const std::int64_t grain = slotCount <= kRoundedGroup ? experts : 1;
    context.pool->run(experts, grain, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t e = begin; e < end; ++e) {
            const std::int32_t first = groups.begin[static_cast<std::size_t>(e)];
            const std::int32_t last = groups.begin[static_cast<std::size_t>(e) + 1];
            const std::int32_t* slots = groups.slots.data() + first;
            roundGroups(
                simd, last - first, [&](std::int64_t i) { return row(slots[i]); }, cols,
                out + first * roundedRowBytes(cols));
        }
    });
    return out;
}

}  // namespace dsm::cpu
