// The quantisers' loops for AVX2.
#include "engine/quantize/loops_inline.h"

namespace dsm {
namespace {

struct Lanes {
    typedef float F __attribute__((vector_size(32)));
    typedef std::int32_t I __attribute__((vector_size(32)));
    static constexpr int kWidth = 8;
};

constexpr QuantizeLoops kLoops = LoopsOf<Lanes>::make("avx2");

}  // namespace

const QuantizeLoops* avx2Loops() {
    return __builtin_cpu_supports("avx2") ? &kLoops : nullptr;
}

}  // namespace dsm
