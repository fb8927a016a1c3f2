// The limits of AVX-512 with VNNI.
#include "kernels/cpu/limits_avx512vnni.h"

#include "kernels/cpu/limit_builds.h"
#include "kernels/cpu/limit_loops.h"

namespace dsm::cpu {

constexpr LimitLoops kAvx512VnniLimits = makeLimitLoops<VnniLanes>();

}  // namespace dsm::cpu
