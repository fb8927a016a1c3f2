// The quantisers' loops for AVX-512.
#include <immintrin.h>

#include "engine/quantize/loops_inline.h"

namespace dsm {
namespace {

struct Lanes {
    typedef float F __attribute__((vector_size(64)));
    typedef std::int32_t I __attribute__((vector_size(64)));
    static constexpr int kWidth = 16;
    static constexpr bool kHasPick = true;
    // table[index] of sixteen, in each lane.
    static F pick(const float* table, I index) {
        return (F)_mm512_permutexvar_ps((__m512i)index, _mm512_loadu_ps(table));
    }
};

constexpr QuantizeLoops kLoops = LoopsOf<Lanes>::make("avx512");

}  // namespace

const QuantizeLoops* avx512Loops() {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") ? &kLoops
                                                                                   : nullptr;
}

}  // namespace dsm
