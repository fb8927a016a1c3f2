// Which limit loops an x86-64 machine runs.
#include "kernels/cpu/limit_builds.h"

namespace dsm::cpu {

const LimitLoops* limitLoopsOf(Isa isa) {
    if (simdOf(isa) == nullptr) return nullptr;
    switch (isa) {
        case Isa::Portable:
            return &kPortableLimits;
        case Isa::Avx2:
            return &kAvx2Limits;
        case Isa::Avx512:
            return &kAvx512Limits;
        case Isa::Avx512Vnni:
            return __builtin_cpu_supports("avx512bf16") ? &kAvx512Bf16Limits : &kAvx512VnniLimits;
        case Isa::Neon:
            return nullptr;
    }
    return nullptr;
}

}  // namespace dsm::cpu
