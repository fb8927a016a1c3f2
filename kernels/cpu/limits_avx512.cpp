// The limits of AVX-512 (F, BW, DQ, VL).
#include "kernels/cpu/limits_avx512.h"

#include "kernels/cpu/limit_builds.h"
#include "kernels/cpu/limit_loops.h"

namespace dsm::cpu {

constexpr LimitLoops kAvx512Limits = makeLimitLoops<Avx512Lanes>();

}  // namespace dsm::cpu
