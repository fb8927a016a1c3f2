#include <immintrin.h>

#include "tests/bench/fma_peak.h"

namespace dsm::bench {
namespace {

// Enough independent sums to cover the latency of two units; each round adds once to each.
constexpr int kSums = 12;

__attribute__((target("avx512f"))) void avx512Rounds(std::int64_t rounds, float* sink) {
    __m512 sum[kSums];
    for (__m512& s : sum)
        s = _mm512_set1_ps(*sink);
    const __m512 a = _mm512_set1_ps(0.999F);
    const __m512 b = _mm512_set1_ps(0.001F);
    for (std::int64_t r = 0; r < rounds; ++r) {
#pragma GCC unroll 12
        for (int i = 0; i < kSums; ++i)
            sum[i] = _mm512_fmadd_ps(sum[i], a, b);
    }
    float lanes[16];
    for (const __m512& s : sum) {
        _mm512_storeu_ps(lanes, s);
        *sink += lanes[0];
    }
}

__attribute__((target("avx2,fma"))) void avx2Rounds(std::int64_t rounds, float* sink) {
    __m256 sum[kSums];
    for (__m256& s : sum)
        s = _mm256_set1_ps(*sink);
    const __m256 a = _mm256_set1_ps(0.999F);
    const __m256 b = _mm256_set1_ps(0.001F);
    for (std::int64_t r = 0; r < rounds; ++r) {
#pragma GCC unroll 12
        for (int i = 0; i < kSums; ++i)
            sum[i] = _mm256_fmadd_ps(sum[i], a, b);
    }
    float lanes[8];
    for (const __m256& s : sum) {
        _mm256_storeu_ps(lanes, s);
        *sink += lanes[0];
    }
}

void sseRounds(std::int64_t rounds, float* sink) {
    __m128 sum[kSums];
    for (__m128& s : sum)
        s = _mm_set1_ps(*sink);
    const __m128 a = _mm_set1_ps(0.999F);
    const __m128 b = _mm_set1_ps(0.001F);
    for (std::int64_t r = 0; r < rounds; ++r) {
#pragma GCC unroll 12
        for (int i = 0; i < kSums; ++i)
            sum[i] = _mm_add_ps(_mm_mul_ps(sum[i], a), b);
    }
    for (const __m128& s : sum)
        *sink += _mm_cvtss_f32(s);
}

}  // namespace

std::int64_t multiplyAdds(cpu::Isa isa, std::int64_t rounds, float* sink) {
    switch (isa) {
        case cpu::Isa::Avx512:
        case cpu::Isa::Avx512Vnni:
            avx512Rounds(rounds, sink);
            return rounds * kSums * 16 * 2;
        case cpu::Isa::Avx2:
            avx2Rounds(rounds, sink);
            return rounds * kSums * 8 * 2;
        case cpu::Isa::Portable:
            sseRounds(rounds, sink);
            return rounds * kSums * 4 * 2;
    }
    return 0;
}

}  // namespace dsm::bench
