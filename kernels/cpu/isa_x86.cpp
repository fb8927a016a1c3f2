// Which instruction sets an x86-64 machine has.
#include "kernels/cpu/simd.h"
#include "kernels/cpu/simd_builds.h"

namespace dsm::cpu {

const Simd* simdOf(Isa isa) {
    switch (isa) {
        case Isa::Portable:
            return &portableSimd();
        case Isa::Avx2:  // every processor with AVX2 has F16C
            return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &avx2Simd()
                                                                                   : nullptr;
        case Isa::Avx512:
            return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")
                       ? &avx512Simd()
                       : nullptr;
        case Isa::Avx512Vnni:
            return simdOf(Isa::Avx512) != nullptr && __builtin_cpu_supports("avx512vnni")
                       ? &avx512VnniSimd()
                       : nullptr;
        case Isa::Neon:
            return nullptr;
    }
    return nullptr;
}

}  // namespace dsm::cpu
