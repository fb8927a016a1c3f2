// The limits that all processors with AVX-512 VNNI share; for the builds of limit_builds.h only.
#pragma once

#include "kernels/cpu/limits_avx512.h"

namespace dsm::cpu {
namespace {

struct VnniLanes : Avx512Lanes {
    struct Int8 {
        using V = __m512i;
        static constexpr int kSums = 16;
        static constexpr int kOperations = 128;
        static V start(int i) { return _mm512_set1_epi32(i); }
        static V multiplyAdd(V sum) {
            return _mm512_dpbusd_epi32(sum, _mm512_set1_epi8(3), _mm512_set1_epi8(5));
        }
    };
};

}  // namespace
}  // namespace dsm::cpu
