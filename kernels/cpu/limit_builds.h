// The builds of the limit loops, one translation unit each. Calling into one that the machine lacks
// ends the program with an illegal instruction: go through limitLoopsOf().
#pragma once

#include "kernels/cpu/limits.h"

namespace dsm::cpu {

extern const LimitLoops kPortableLimits;
extern const LimitLoops kAvx2Limits;
extern const LimitLoops kAvx512Limits;
extern const LimitLoops kAvx512VnniLimits;
extern const LimitLoops kAvx512Bf16Limits;  // VNNI and BF16

}  // namespace dsm::cpu
