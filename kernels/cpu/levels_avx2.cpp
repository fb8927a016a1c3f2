// The loops over an 8-bit cache for AVX2: bytes are widened, then multiplied in pairs.
#include <immintrin.h>

#include "kernels/cpu/level_loops.h"
#include "kernels/cpu/simd_builds.h"

namespace dsm::cpu {
namespace {

struct Lanes {
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

}  // namespace

constinit const Levels kAvx2Levels = makeLevels<Lanes>();

}  // namespace dsm::cpu
