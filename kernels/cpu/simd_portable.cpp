// The SIMD loops for any machine: four lanes, which GCC and Clang turn into SSE2 or NEON.
#include "kernels/cpu/lanes_portable.h"
#include "kernels/cpu/simd_builds.h"
#include "kernels/cpu/simd_loops.h"

namespace dsm::cpu {
namespace {

constexpr Simd kSimd = makeSimd<Lanes>(Isa::Portable, "portable", "portable", kPortableBlocks);

}  // namespace

const Simd& portableSimd() {
    return kSimd;
}

}  // namespace dsm::cpu
