// AVX2 with FMA and F16C: vectors of 32 bytes.
#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "kernels/base/rounded_rows.h"
#include "kernels/cpu/isa/table.h"
#include "kernels/cpu/loops/blocks.h"
#include "kernels/cpu/loops/levels.h"
#include "kernels/cpu/loops/limits.h"
#include "kernels/cpu/loops/quantize.h"
#include "kernels/cpu/loops/simd.h"
#include "kernels/cpu/loops/train.h"

namespace dsm::cpu {
namespace {

// Float32.
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

// Weights in 8 and 4 bits.
struct BlockLanes {
    using F = __m256;
    using I = __m256i;
    using Bytes = __m256i;
    static constexpr int kLanes = 8;
    static constexpr int kTokens = 3;
    // Measured on Zen 3, one thread, Q8: 11 GB/s with one stream, 14 with four that the processor
    // follows itself. Q4 gains nothing (2026-11-25).
    static constexpr int kQ8Walk = 4;
    static constexpr int kQ4Walk = 0;

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

// A cache in 8 bits: bytes are widened, then multiplied in pairs.
struct LevelLanes {
    struct Sums {
        __m256i pairs[4];  // of lanes 4*v .. 4*v+3, the sums of two levels each
    };
    struct Bytes {
        __m256i words[4];
    };
    using Four = __m256i;
    static constexpr int kRows = 2;
    static constexpr int kVectors = 2;  // four sums each

    static std::int32_t round16(const float* x, float factor, LevelRow& row, std::int64_t i) {
        const __m256 scale = _mm256_set1_ps(factor);
        const __m256i a = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(x), scale));
        const __m256i b = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(x + 8), scale));
        // Packing works within halves.
        const __m256i words = _mm256_permute4x64_epi64(_mm256_packs_epi32(a, b), 0xd8);
        _mm256_store_si256(reinterpret_cast<__m256i*>(row.levels + i * 2), words);
        const __m256i eight = _mm256_add_epi32(a, b);
        __m128i four =
            _mm_add_epi32(_mm256_castsi256_si128(eight), _mm256_extracti128_si256(eight, 1));
        four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4e));
        four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0xb1));
        return _mm_cvtsi128_si32(four);
    }
    static Four four(const LevelRow& row, std::int64_t step) {
        long long levels;
        __builtin_memcpy(&levels, row.levels + step * 8, sizeof levels);
        return _mm256_set1_epi64x(levels);
    }
    static Bytes load(const std::byte* p) {
        const auto* bytes = reinterpret_cast<const __m128i*>(p);
        Bytes result;
#pragma GCC unroll 4
        for (int v = 0; v < 4; ++v)
            result.words[v] = _mm256_cvtepu8_epi16(_mm_loadu_si128(bytes + v));
        return result;
    }
    static Sums zero() {
        const __m256i none = _mm256_setzero_si256();
        return {{none, none, none, none}};
    }
    static Sums add(Sums sums, const Bytes& bytes, Four levels) {
#pragma GCC unroll 4
        for (int v = 0; v < 4; ++v) {
            sums.pairs[v] =
                _mm256_add_epi32(sums.pairs[v], _mm256_madd_epi16(bytes.words[v], levels));
        }
        return sums;
    }
    static void store(const Sums& sums, const LevelRow& row, float* out) {
        const __m256i bias = _mm256_set1_epi32(kKvBias * row.sum);
        const __m256 scale = _mm256_set1_ps(row.scale);
        for (int half = 0; half < 2; ++half) {
            // Adding neighbours works within halves, too.
            const __m256i eight = _mm256_permute4x64_epi64(
                _mm256_hadd_epi32(sums.pairs[2 * half], sums.pairs[2 * half + 1]), 0xd8);
            const __m256 exact = _mm256_cvtepi32_ps(_mm256_sub_epi32(eight, bias));
            _mm256_storeu_ps(out + static_cast<std::ptrdiff_t>(half) * 8,
                             _mm256_mul_ps(exact, scale));
        }
    }
};

// Quantisers.
struct QuantizeLanes {
    typedef float F __attribute__((vector_size(32)));
    typedef std::int32_t I __attribute__((vector_size(32)));
    static constexpr int kWidth = 8;
    static constexpr bool kHasPick = true;
    // table[index] of sixteen, in each lane.
    static F pick(const float* table, I index) {
        const __m256 low = _mm256_permutevar8x32_ps(_mm256_loadu_ps(table), (__m256i)index);
        const __m256 high = _mm256_permutevar8x32_ps(_mm256_loadu_ps(table + 8), (__m256i)index);
        return (F)_mm256_blendv_ps(low, high, (__m256)(index << 28));  // by bit 3
    }
};

// What a machine does at most.
struct LimitLanes {
    using V = __m256i;
    static constexpr int kBytes = 32;
    static V load(const std::byte* p) {
        return _mm256_load_si256(reinterpret_cast<const __m256i*>(p));
    }
    static V either(V a, V b) { return _mm256_or_si256(a, b); }

    struct Int8 {
        using V = __m256i;
        static constexpr int kSums = 10;
        static constexpr int kOperations = 64;
        static V start(int i) { return _mm256_set1_epi32(i); }
        static V multiplyAdd(V sum) {
            __m256i a = _mm256_set1_epi8(3);
            __asm__ volatile("" : "+x"(a));  // the products are not the same each time
            const __m256i pairs = _mm256_maddubs_epi16(a, _mm256_set1_epi8(5));
            return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
        }
    };
    struct Float32 {
        using V = __m256;
        static constexpr int kSums = 12;
        static constexpr int kOperations = 16;
        static V start(int i) { return _mm256_set1_ps(static_cast<float>(i)); }
        static V multiplyAdd(V sum) {
            return _mm256_fmadd_ps(sum, _mm256_set1_ps(0.999F), _mm256_set1_ps(0.001F));
        }
    };
    using BFloat16 = Float32;
};

constexpr Blocks kBlocks = makeBlocks<BlockLanes>();
constexpr Levels kLevels = makeLevels<LevelLanes>();
constexpr TrainLoops kTraining = makeTrainLoops<Lanes>();
constexpr QuantizeLoops kQuantizing = makeQuantizeLoops<QuantizeLanes>();

}  // namespace

constinit const IsaTable kAvx2Table{.simd = makeSimd<Lanes>(&kBlocks, &kLevels),
                                    .train = &kTraining,
                                    .quantize = &kQuantizing,
                                    .limits = makeLimitLoops<LimitLanes>()};

}  // namespace dsm::cpu
