// AVX-512 with VNNI and BF16: a row without a name of its own. Only what a machine does at most
// counts with it; kernels/cpu/README.md says why no operation does.
#include <immintrin.h>

#include <cstdint>

#include "kernels/cpu/isa/table.h"
#include "kernels/cpu/loops/limits.h"

namespace dsm::cpu {
namespace {

struct BFloat16Limit {
    using V = __m512;
    static constexpr int kSums = 16;
    static constexpr int kOperations = 64;
    static V start(int i) { return _mm512_set1_ps(static_cast<float>(i)); }
    static V multiplyAdd(V sum) {
        const __m512bh ones = (__m512bh)_mm512_set1_epi16(0x3f80);
        return _mm512_dpbf16_ps(sum, ones, ones);
    }
};

}  // namespace

constinit const IsaTable kAvx512Bf16Table{
    .limits = {.read = {}, .multiply = {nullptr, multiply<BFloat16Limit>, nullptr}}};

}  // namespace dsm::cpu
