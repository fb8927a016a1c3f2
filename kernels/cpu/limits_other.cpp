// Machines other than x86-64: the portable limit loops, whatever the instruction set.
#include "kernels/cpu/limit_builds.h"

namespace dsm::cpu {

const LimitLoops* limitLoopsOf(Isa isa) {
    return simdOf(isa) != nullptr ? &kPortableLimits : nullptr;
}

}  // namespace dsm::cpu
