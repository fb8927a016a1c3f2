// The quantisers' loops for AVX2.
#include <immintrin.h>

#include "engine/quantize/loops_inline.h"

namespace dsm {
namespace {

struct Lanes {
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

constexpr QuantizeLoops kLoops = LoopsOf<Lanes>::make("avx2");

}  // namespace

const QuantizeLoops* avx2Loops() {
    return __builtin_cpu_supports("avx2") ? &kLoops : nullptr;
}

}  // namespace dsm
