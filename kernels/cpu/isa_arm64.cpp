// AArch64, where every processor has NEON: GCC and Clang turn the portable loops into it, the loops
// over blocks and levels are written for it.
#include "kernels/cpu/simd.h"
#include "kernels/cpu/simd_builds.h"

namespace dsm::cpu {
namespace {

const Simd& neonSimd() {
    static const Simd simd = [] {
        Simd neon = portableSimd();
        neon.isa = Isa::Neon;
        neon.name = "neon";
        neon.title = "NEON";
        neon.blocks = &kNeonBlocks;
        neon.levels = &kNeonLevels;
        return neon;
    }();
    return simd;
}

}  // namespace

const Simd* simdOf(Isa isa) {
    if (isa == Isa::Portable) return &portableSimd();
    return isa == Isa::Neon ? &neonSimd() : nullptr;
}

}  // namespace dsm::cpu
