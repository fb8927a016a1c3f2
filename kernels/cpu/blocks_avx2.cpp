// The loops over blocks for AVX2 with F16C: two vectors of eight lanes.
#include <immintrin.h>

#include "kernels/base/rounded_rows.h"
#include "kernels/cpu/block_loops.h"
#include "kernels/cpu/simd_builds.h"

namespace dsm::cpu {
namespace {

struct Lanes {
    using F = __m256;
    using I = __m256i;
    using Bytes = __m256i;
    static constexpr int kLanes = 8;
    static constexpr int kTokens = 3;
    // Measured on Zen 3, one thread, Q8: 11 GB/s with one stream, 14 with four that the processor
    // follows itself. Q4 gains nothing (2026-11-25).
    static constexpr Streams kQ8Streams{.panels = 4, .aheadBytes = 0};
    static constexpr Streams kQ4Streams{};

    static F zero() { return _mm256_setzero_ps(); }
    static F set(float v) { return _mm256_set1_ps(v); }
    static F mul(F a, F b) { return _mm256_mul_ps(a, b); }
    static F fma(F a, F b, F c) { return _mm256_fmadd_ps(a, b, c); }
    static F toFloat(I v) { return _mm256_cvtepi32_ps(v); }
    static void store(float* p, F v) { _mm256_storeu_ps(p, v); }
    static F half(const std::byte* p) {
        return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
    }
    static Bytes q8(const std::byte* p) {
        return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
    }
    static void q4(const std::byte* p, Bytes& low, Bytes& high) {
        // kQ4Levels
        const __m256i table = _mm256_broadcastsi128_si256(
            _mm_setr_epi8(-127, -97, -76, -59, -45, -32, -20, -8, 2, 12, 23, 34, 47, 63, 81, 103));
        const __m256i nibble = _mm256_set1_epi8(0x0f);
        const __m256i bytes = q8(p);
        low = _mm256_shuffle_epi8(table, _mm256_and_si256(bytes, nibble));
        high = _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble));
    }
    static I start(std::int32_t) { return _mm256_setzero_si256(); }
    // The instruction wants one factor unsigned: |w| and x with the sign of w. Two products of at
    // most 127 * 127 fit its sums of 16 bits.
    static I dot(I sum, Bytes w, const std::byte* p) {
        std::int32_t four;
        __builtin_memcpy(&four, p, sizeof four);
        const __m256i x = _mm256_sign_epi8(_mm256_set1_epi32(four), w);
        const __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(w), x);
        return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
    }

    static float largestMagnitude(const float* x) {
        const __m256i magnitude = _mm256_set1_epi32(0x7fffffff);
        __m256i most = _mm256_setzero_si256();
        for (int i = 0; i < 4; ++i) {
            const auto* p = reinterpret_cast<const __m256i*>(x) + i;
            most = _mm256_max_epu32(most, _mm256_and_si256(_mm256_loadu_si256(p), magnitude));
        }
        __m128i four =
            _mm_max_epu32(_mm256_castsi256_si128(most), _mm256_extracti128_si256(most, 1));
        four = _mm_max_epu32(four, _mm_shuffle_epi32(four, 0x4e));
        four = _mm_max_epu32(four, _mm_shuffle_epi32(four, 0xb1));
        return _mm_cvtss_f32(_mm_castsi128_ps(four));
    }
    static std::int32_t roundLevels(const float* x, float inverse, std::byte* levels) {
        __m256i part[4];
        for (int i = 0; i < 4; ++i) {
            const __m256 scaled = _mm256_mul_ps(
                _mm256_loadu_ps(x + static_cast<std::ptrdiff_t>(i) * 8), _mm256_set1_ps(inverse));
            part[i] = inverse > 0 ? _mm256_cvtps_epi32(scaled) : _mm256_setzero_si256();
        }
        // Packing works within halves: groups of four come out as 0 2 4 6 1 3 5 7.
        const __m256i bytes =
            _mm256_permutevar8x32_epi32(_mm256_packs_epi16(_mm256_packs_epi32(part[0], part[1]),
                                                           _mm256_packs_epi32(part[2], part[3])),
                                        _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(levels), bytes);
        const __m256i eight = _mm256_add_epi32(_mm256_add_epi32(part[0], part[1]),
                                               _mm256_add_epi32(part[2], part[3]));
        __m128i four =
            _mm_add_epi32(_mm256_castsi256_si128(eight), _mm256_extracti128_si256(eight, 1));
        four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4e));
        four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0xb1));
        return _mm_cvtsi128_si32(four);
    }
};

}  // namespace

constinit const Blocks kAvx2Blocks = makeBlocks<Lanes>();

}  // namespace dsm::cpu
