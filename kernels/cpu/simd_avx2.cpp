// The SIMD loops for AVX2 with FMA: eight lanes.
#include "kernels/cpu/lanes_avx2.h"
#include "kernels/cpu/simd_builds.h"
#include "kernels/cpu/simd_loops.h"

namespace dsm::cpu {
namespace {

constexpr Simd kSimd = makeSimd<Lanes>(Isa::Avx2, "avx2", "AVX2", kAvx2Blocks);

}  // namespace

const Simd& avx2Simd() {
    return kSimd;
}

}  // namespace dsm::cpu
