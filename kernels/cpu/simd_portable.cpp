// The SIMD loops for any machine: four lanes, which GCC and Clang turn into SSE2 or NEON.
#include <cstdint>

#include "kernels/cpu/simd_builds.h"
#include "kernels/cpu/simd_loops.h"

namespace dsm::cpu {
namespace {

struct Lanes {
    typedef float F __attribute__((vector_size(16)));
    typedef std::uint32_t U __attribute__((vector_size(16)));
    static constexpr int kWidth = 4;
    static constexpr int kTileTokens = 2;
    static constexpr int kTileRows = 4;

    static F zero() { return F{}; }
    static F set(float v) { return F{v, v, v, v}; }
    static F load(const float* p) {
        F v;
        __builtin_memcpy(&v, p, sizeof v);
        return v;
    }
    static F load(const std::uint16_t* p) {
        const U bits{p[0], p[1], p[2], p[3]};
        return (F)(bits << 16);
    }
    static F inRegister(F v) { return v; }
    static void store(float* p, F v) { __builtin_memcpy(p, &v, sizeof v); }
    static F add(F a, F b) { return a + b; }
    static F sub(F a, F b) { return a - b; }
    static F mul(F a, F b) { return a * b; }
    static F div(F a, F b) { return a / b; }
    static F fma(F a, F b, F c) { return a * b + c; }
    // Both give b where a number is missing (NaN), so that it shows in the result.
    static F max(F a, F b) { return a > b ? a : b; }
    static F min(F a, F b) { return a < b ? a : b; }
    static F exponentFromLowBits(F v) { return (F)(((U)v << 23) + 0x3f800000U); }
    static float sum(F v) { return (v[0] + v[2]) + (v[1] + v[3]); }
    static void sums(const F (&v)[kPanelRows], float* out) {
        for (int n = 0; n < kPanelRows; ++n)
            out[n] = sum(v[n]);
    }
};

constexpr Simd kSimd = makeSimd<Lanes>(Isa::Portable, "portable", "portable");

}  // namespace

const Simd& portableSimd() {
    return kSimd;
}

}  // namespace dsm::cpu
