// The limits of AVX-512 with VNNI and BF16.
#include "kernels/cpu/limit_builds.h"
#include "kernels/cpu/limit_loops.h"
#include "kernels/cpu/limits_avx512vnni.h"

namespace dsm::cpu {
namespace {

struct Lanes : VnniLanes {
    struct BFloat16 {
        using V = __m512;
        static constexpr int kSums = 16;
        static constexpr int kOperations = 64;
        static V start(int i) { return _mm512_set1_ps(static_cast<float>(i)); }
        static V multiplyAdd(V sum) {
            const __m512bh ones = (__m512bh)_mm512_set1_epi16(0x3f80);
            return _mm512_dpbf16_ps(sum, ones, ones);
        }
    };
};

}  // namespace

constexpr LimitLoops kAvx512Bf16Limits = makeLimitLoops<Lanes>();

}  // namespace dsm::cpu
