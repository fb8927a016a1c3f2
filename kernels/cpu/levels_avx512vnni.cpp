// The loops over an 8-bit cache for AVX-512 with VNNI: 64 products per instruction, of the levels'
// high and low bytes apart.
#include <immintrin.h>

#include "kernels/cpu/level_loops.h"
#include "kernels/cpu/simd_builds.h"

namespace dsm::cpu {
namespace {

// The instruction wants one factor unsigned: the bytes as they are stored, level + 128.
struct Lanes {
    struct Sums {
        __m512i high, low;
    };
    using Bytes = __m512i;
    struct Four {
        __m512i high, low;
    };
    static constexpr int kRows = 2;
    static constexpr int kVectors = 8;  // two sums each

    // level = 256 * high + low, both signed.
    static std::int32_t round16(const float* x, float factor, LevelRow& row, std::int64_t i) {
        const __m512i level =
            _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_loadu_ps(x), _mm512_set1_ps(factor)));
        const __m512i high = _mm512_srai_epi32(_mm512_add_epi32(level, _mm512_set1_epi32(128)), 8);
        auto* out = reinterpret_cast<__m128i*>(row.levels + i);
        _mm_store_si128(out, _mm512_cvtepi32_epi8(high));
        _mm_store_si128(out + kMostHeadSize / 16, _mm512_cvtepi32_epi8(level));
        return _mm512_reduce_add_epi32(level);
    }
    static __m512i broadcast(const std::byte* p) {
        std::int32_t four;
        __builtin_memcpy(&four, p, sizeof four);
        return _mm512_set1_epi32(four);
    }
    static Four four(const LevelRow& row, std::int64_t step) {
        return {broadcast(row.levels + step * 4), broadcast(row.levels + kMostHeadSize + step * 4)};
    }
    static Bytes load(const std::byte* p) { return _mm512_loadu_si512(p); }
    static Sums zero() { return {_mm512_setzero_si512(), _mm512_setzero_si512()}; }
    static Sums add(const Sums& sums, Bytes bytes, const Four& levels) {
        return {_mm512_dpbusd_epi32(sums.high, bytes, levels.high),
                _mm512_dpbusd_epi32(sums.low, bytes, levels.low)};
    }
    static void store(const Sums& sums, const LevelRow& row, float* out) {
        const __m512i all = _mm512_add_epi32(_mm512_slli_epi32(sums.high, 8), sums.low);
        const __m512i exact = _mm512_sub_epi32(all, _mm512_set1_epi32(kKvBias * row.sum));
        _mm512_storeu_ps(out, _mm512_mul_ps(_mm512_cvtepi32_ps(exact), _mm512_set1_ps(row.scale)));
    }
};

}  // namespace

constinit const Levels kAvx512VnniLevels = makeLevels<Lanes>();

}  // namespace dsm::cpu
