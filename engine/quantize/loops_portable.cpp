// The quantisers' loops for any machine: four lanes, which GCC and Clang turn into SSE2 or NEON.
#include "engine/quantize/loops_inline.h"

namespace dsm {
namespace {

struct Lanes {
    typedef float F __attribute__((vector_size(16)));
    typedef std::int32_t I __attribute__((vector_size(16)));
    static constexpr int kWidth = 4;
    static constexpr bool kHasPick = false;
};

constexpr QuantizeLoops kLoops = LoopsOf<Lanes>::make("portable");

}  // namespace

const QuantizeLoops* portableLoops() {
    return &kLoops;
}

}  // namespace dsm
