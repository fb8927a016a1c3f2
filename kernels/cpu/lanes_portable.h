// The lanes of any machine: four, which GCC and Clang turn into SSE2 or NEON. For the files of this
// instruction set only.
#pragma once

#include <cstdint>

#include "kernels/cpu/simd.h"

namespace dsm::cpu {
namespace {

struct Lanes {
    typedef float F __attribute__((vector_size(16)));
    typedef std::uint32_t U __attribute__((vector_size(16)));
    static constexpr int kWidth = 4;
    static constexpr int kTileTokens = 2;
    static constexpr int kTileRows = 4;
    static constexpr int kGemmRows = 4;  // 4 x 2 sums, 2 weights and an input of 16 registers
    static constexpr int kGemmVectors = 2;
    static constexpr int kScoreQueries = 2;
    static constexpr int kScorePanels = 1;
    static constexpr int kValueQueries = 1;
    static constexpr int kValueVectors = 4;

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
    static F load(const std::int8_t* p) {
        return F{static_cast<float>(p[0]), static_cast<float>(p[1]), static_cast<float>(p[2]),
                 static_cast<float>(p[3])};
    }
    // The levels of the 4 codes in 2 bytes.
    static F nf4(const std::uint8_t* p) {
        return F{kNf4Levels[p[0] >> 4U], kNf4Levels[p[0] & 0xfU], kNf4Levels[p[1] >> 4U],
                 kNf4Levels[p[1] & 0xfU]};
    }
    static F inRegister(F v) { return v; }
    static void store(float* p, F v) { __builtin_memcpy(p, &v, sizeof v); }
    static F add(F a, F b) { return a + b; }
    static F sub(F a, F b) { return a - b; }
    static F mul(F a, F b) { return a * b; }
    static F div(F a, F b) { return a / b; }
    static F root(F v) {
        return F{__builtin_sqrtf(v[0]), __builtin_sqrtf(v[1]), __builtin_sqrtf(v[2]),
                 __builtin_sqrtf(v[3])};
    }
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

}  // namespace
}  // namespace dsm::cpu
