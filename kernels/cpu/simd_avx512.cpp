// The SIMD loops for AVX-512 (F, BW, DQ, VL): sixteen lanes. Processors with VNNI differ in blocks
// only.
#include "kernels/cpu/lanes_avx512.h"
#include "kernels/cpu/simd_builds.h"
#include "kernels/cpu/simd_loops.h"

namespace dsm::cpu {
namespace {

constexpr Simd kSimd = makeSimd<Lanes>(Isa::Avx512, "avx512", "AVX-512", kAvx2Blocks);
constexpr Simd kVnniSimd =
    makeSimd<Lanes>(Isa::Avx512Vnni, "avx512vnni", "AVX-512 VNNI", kAvx512VnniBlocks);

}  // namespace

const Simd& avx512Simd() {
    return kSimd;
}

const Simd& avx512VnniSimd() {
    return kVnniSimd;
}

}  // namespace dsm::cpu
