#include "kernels/ops/expert_groups.h"

namespace dsm {

void checkGroups(const ExpertGroups& groups, std::int64_t experts, std::int64_t slots,
                 Memory memory) {
    if (experts == 0) {
        DSM_CHECK(slots == 0);
        return;
    }
    DSM_CHECK(lengthOf(groups.begin) == experts + 1 && lengthOf(groups.slots) == slots);
    if (memory == Memory::Device) return;
    DSM_CHECK(groups.begin.front() == 0 && groups.begin.back() == slots);
}

void checkTypes(std::span<const Weight> weights, std::span<const Weight> likes, Memory memory) {
    if (memory == Memory::Host) return;
    for (const Weight& w : weights)
        DSM_CHECK(w.type == likes.front().type);
}

}  // namespace dsm
