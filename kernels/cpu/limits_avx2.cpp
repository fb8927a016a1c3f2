// The limits of AVX2 with FMA.
#include <immintrin.h>

#include "kernels/cpu/limit_builds.h"
#include "kernels/cpu/limit_loops.h"

namespace dsm::cpu {
namespace {

struct Lanes {
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

}  // namespace

constexpr LimitLoops kAvx2Limits = makeLimitLoops<Lanes>();

}  // namespace dsm::cpu
