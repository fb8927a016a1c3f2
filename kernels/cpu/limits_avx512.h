// The limits that all processors with AVX-512 share; for the builds of limit_builds.h only.
#pragma once

#include <immintrin.h>

#include <cstddef>

namespace dsm::cpu {
namespace {

struct Avx512Lanes {
    using V = __m512i;
    static constexpr int kBytes = 64;
    static V load(const std::byte* p) { return _mm512_load_si512(p); }
    static V either(V a, V b) { return _mm512_or_si512(a, b); }

    struct Int8 {
        using V = __m512i;
        static constexpr int kSums = 16;
        static constexpr int kOperations = 128;
        static V start(int i) { return _mm512_set1_epi32(i); }
        static V multiplyAdd(V sum) {
            __m512i a = _mm512_set1_epi8(3);
            __asm__ volatile("" : "+v"(a));  // the products are not the same each time
            const __m512i pairs = _mm512_maddubs_epi16(a, _mm512_set1_epi8(5));
            return _mm512_add_epi32(sum, _mm512_madd_epi16(pairs, _mm512_set1_epi16(1)));
        }
    };
    struct Float32 {
        using V = __m512;
        static constexpr int kSums = 16;
        static constexpr int kOperations = 32;
        static V start(int i) { return _mm512_set1_ps(static_cast<float>(i)); }
        static V multiplyAdd(V sum) {
            return _mm512_fmadd_ps(sum, _mm512_set1_ps(0.999F), _mm512_set1_ps(0.001F));
        }
    };
    using BFloat16 = Float32;
};

}  // namespace
}  // namespace dsm::cpu
