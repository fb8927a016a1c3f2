// The lanes of AVX2 with FMA: eight. For the files of this instruction set only.
#pragma once

#include <immintrin.h>

#include <cstdint>

#include "kernels/cpu/simd.h"

namespace dsm::cpu {
namespace {

struct Lanes {
    using F = __m256;
    static constexpr int kWidth = 8;
    static constexpr int kTileTokens = 3;  // 3 x 4 sums, 3 inputs and a weight: 16 registers
    static constexpr int kTileRows = 4;
    static constexpr int kGemmRows = 6;  // 6 x 2 sums, 2 weights and an input: 15 of 16 registers
    static constexpr int kGemmVectors = 2;
    static constexpr int kScoreQueries = 4;
    static constexpr int kScorePanels = 4;
    static constexpr int kValueQueries = 1;
    static constexpr int kValueVectors = 8;

    static F zero() { return _mm256_setzero_ps(); }
    static F set(float v) { return _mm256_set1_ps(v); }
    static F load(const float* p) { return _mm256_loadu_ps(p); }
    static F load(const std::uint16_t* p) {
        const __m128i bits = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
        return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16));
    }
    static F load(const std::int8_t* p) {
        const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p));
        return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes));
    }
    // The levels of the 8 codes in 4 bytes.
    static F nf4(const std::uint8_t* p) {
        std::int32_t four;
        __builtin_memcpy(&four, p, sizeof four);
        const __m128i bytes = _mm_cvtsi32_si128(four);
        const __m256i codes = _mm256_cvtepu8_epi32(
            _mm_unpacklo_epi8(_mm_and_si128(_mm_srli_epi16(bytes, 4), _mm_set1_epi8(0x0f)),
                              _mm_and_si128(bytes, _mm_set1_epi8(0x0f))));
        const F low = _mm256_permutevar8x32_ps(load(kNf4Levels), codes);
        const F high = _mm256_permutevar8x32_ps(load(kNf4Levels + 8), codes);
        const __m256i isHigh = _mm256_slli_epi32(codes, 28);  // bit 3 becomes the sign
        return _mm256_blendv_ps(low, high, _mm256_castsi256_ps(isHigh));
    }
    // One load for several products: the compiler would rather load once for each.
    static F inRegister(F v) {
        __asm__("" : "+x"(v));
        return v;
    }
    static void store(float* p, F v) { _mm256_storeu_ps(p, v); }
    static F add(F a, F b) { return _mm256_add_ps(a, b); }
    static F sub(F a, F b) { return _mm256_sub_ps(a, b); }
    static F mul(F a, F b) { return _mm256_mul_ps(a, b); }
    static F div(F a, F b) { return _mm256_div_ps(a, b); }
    static F root(F v) { return _mm256_sqrt_ps(v); }
    static F fma(F a, F b, F c) { return _mm256_fmadd_ps(a, b, c); }
    // Both give b where a number is missing (NaN), so that it shows in the result.
    static F max(F a, F b) { return _mm256_max_ps(a, b); }
    static F min(F a, F b) { return _mm256_min_ps(a, b); }
    static F exponentFromLowBits(F v) {
        const __m256i exponent = _mm256_slli_epi32(_mm256_castps_si256(v), 23);
        return _mm256_castsi256_ps(_mm256_add_epi32(exponent, _mm256_set1_epi32(0x3f800000)));
    }
    static float sum(F v) {
        const __m128 four = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
        const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
        return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
    }
    static void sums(const F (&v)[kPanelRows], float* out) {
        const F low = _mm256_hadd_ps(_mm256_hadd_ps(v[0], v[1]), _mm256_hadd_ps(v[2], v[3]));
        const F high = _mm256_hadd_ps(_mm256_hadd_ps(v[4], v[5]), _mm256_hadd_ps(v[6], v[7]));
        const F first = _mm256_permute2f128_ps(low, high, 0x20);
        const F second = _mm256_permute2f128_ps(low, high, 0x31);
        store(out, add(first, second));
    }
};

}  // namespace
}  // namespace dsm::cpu
