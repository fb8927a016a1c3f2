// AVX-512 (F, BW, DQ, VL): vectors of 64 bytes. Whole numbers are multiplied as AVX2 does it.
#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "kernels/cpu/isa/table.h"
#include "kernels/cpu/loops/limits.h"
#include "kernels/cpu/loops/quantize.h"
#include "kernels/cpu/loops/simd.h"
#include "kernels/cpu/loops/train.h"

namespace dsm::cpu {
namespace {

// Float32.
struct Lanes {
    using F = __m512;
    static constexpr int kWidth = 16;
    static constexpr int kTileTokens = 3;  // 3 x 8 sums, 3 inputs and a weight of 32 registers
    static constexpr int kTileRows = 8;
    static constexpr int kGemmRows = 12;  // 12 x 2 sums, 2 weights and an input of 32 registers
    static constexpr int kGemmVectors = 2;
    static constexpr int kScoreQueries = 8;
    static constexpr int kScorePanels = 4;
    static constexpr int kValueQueries = 2;
    static constexpr int kValueVectors = 8;

    static F zero() { return _mm512_setzero_ps(); }
    static F set(float v) { return _mm512_set1_ps(v); }
    static F load(const float* p) { return _mm512_loadu_ps(p); }
    static F load(const std::uint16_t* p) {
        const __m256i bits = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
        return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16));
    }
    static F load(const std::int8_t* p) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
        return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(bytes));
    }
    // The levels of the 16 codes in 8 bytes.
    static F nf4(const std::uint8_t* p) {
        const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p));
        const __m128i codes =
            _mm_unpacklo_epi8(_mm_and_si128(_mm_srli_epi16(bytes, 4), _mm_set1_epi8(0x0f)),
                              _mm_and_si128(bytes, _mm_set1_epi8(0x0f)));
        return _mm512_permutexvar_ps(_mm512_cvtepu8_epi32(codes), load(kNf4Levels));
    }
    // One load for several products: the compiler would rather load once for each.
    static F inRegister(F v) {
        __asm__("" : "+v"(v));
        return v;
    }
    static void store(float* p, F v) { _mm512_storeu_ps(p, v); }
    static F add(F a, F b) { return _mm512_add_ps(a, b); }
    static F sub(F a, F b) { return _mm512_sub_ps(a, b); }
    static F mul(F a, F b) { return _mm512_mul_ps(a, b); }
    static F div(F a, F b) { return _mm512_div_ps(a, b); }
    static F root(F v) { return _mm512_sqrt_ps(v); }
    static F fma(F a, F b, F c) { return _mm512_fmadd_ps(a, b, c); }
    // Both give b where a number is missing (NaN), so that it shows in the result.
    static F max(F a, F b) { return _mm512_max_ps(a, b); }
    static F min(F a, F b) { return _mm512_min_ps(a, b); }
    static F exponentFromLowBits(F v) {
        const __m512i exponent = _mm512_slli_epi32(_mm512_castps_si512(v), 23);
        return _mm512_castsi512_ps(_mm512_add_epi32(exponent, _mm512_set1_epi32(0x3f800000)));
    }
    static __m256 halves(F v) {
        return _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
    }
    static float sum(F v) {
        const __m256 eight = halves(v);
        const __m128 four =
            _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
        const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
        return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
    }
    static __m256 pairs(F a, F b) { return _mm256_hadd_ps(halves(a), halves(b)); }
    static void sums(const F (&v)[kPanelRows], float* out) {
        const __m256 low = _mm256_hadd_ps(pairs(v[0], v[1]), pairs(v[2], v[3]));
        const __m256 high = _mm256_hadd_ps(pairs(v[4], v[5]), pairs(v[6], v[7]));
        const __m256 first = _mm256_permute2f128_ps(low, high, 0x20);
        const __m256 second = _mm256_permute2f128_ps(low, high, 0x31);
        _mm256_storeu_ps(out, _mm256_add_ps(first, second));
    }
};

// Quantisers.
struct QuantizeLanes {
    typedef float F __attribute__((vector_size(64)));
    typedef std::int32_t I __attribute__((vector_size(64)));
    static constexpr int kWidth = 16;
    static constexpr bool kHasPick = true;
    // table[index] of sixteen, in each lane.
    static F pick(const float* table, I index) {
        return (F)_mm512_permutexvar_ps((__m512i)index, _mm512_loadu_ps(table));
    }
};

// What a machine does at most.
struct LimitLanes {
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

constexpr TrainLoops kTraining = makeTrainLoops<Lanes>();
constexpr QuantizeLoops kQuantizing = makeQuantizeLoops<QuantizeLanes>();

}  // namespace

constinit const IsaTable kAvx512Table{.simd = makeSimd<Lanes>(),
                                      .train = &kTraining,
                                      .quantize = &kQuantizing,
                                      .limits = makeLimitLoops<LimitLanes>()};

}  // namespace dsm::cpu
