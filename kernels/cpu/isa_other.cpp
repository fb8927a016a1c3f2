// Machines other than x86-64: the portable build alone.
#include "kernels/cpu/simd.h"
#include "kernels/cpu/simd_builds.h"

namespace dsm::cpu {

const Simd* simdOf(Isa isa) {
    return isa == Isa::Portable ? &portableSimd() : nullptr;
}

}  // namespace dsm::cpu
