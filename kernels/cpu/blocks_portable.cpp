// The loops over blocks for any machine: four vectors of four lanes.
#include <cstdint>

#include "kernels/base/rounded_rows.h"
#include "kernels/cpu/block_loops.h"
#include "kernels/cpu/simd_builds.h"

namespace dsm::cpu {
namespace {

struct Lanes {
    typedef float F __attribute__((vector_size(16)));
    typedef std::int32_t I __attribute__((vector_size(16)));
    typedef std::int8_t Bytes __attribute__((vector_size(16)));
    static constexpr int kLanes = 4;
    static constexpr int kTokens = 2;
    static constexpr Streams kQ8Streams{};
    static constexpr Streams kQ4Streams{};

    static F zero() { return F{}; }
    static F set(float v) { return F{v, v, v, v}; }
    static F mul(F a, F b) { return a * b; }
    static F fma(F a, F b, F c) { return a * b + c; }
    static F toFloat(I v) { return __builtin_convertvector(v, F); }
    static void store(float* p, F v) { __builtin_memcpy(p, &v, sizeof v); }
    static F half(const std::byte* p) {
        std::uint16_t bits[kLanes];
        __builtin_memcpy(bits, p, sizeof bits);
        return F{halfToFloat(bits[0]), halfToFloat(bits[1]), halfToFloat(bits[2]),
                 halfToFloat(bits[3])};
    }
    static Bytes q8(const std::byte* p) {
        Bytes v;
        __builtin_memcpy(&v, p, sizeof v);
        return v;
    }
    static void q4(const std::byte* p, Bytes& low, Bytes& high) {
        for (int i = 0; i < 16; ++i) {
            const auto byte = std::to_integer<unsigned>(p[i]);
            low[i] = kQ4Levels[byte & 0xfU];
            high[i] = kQ4Levels[byte >> 4U];
        }
    }
    static I start(std::int32_t) { return I{}; }
    static I dot(I sum, Bytes w, const std::byte* p) {
        std::int8_t x[4];
        __builtin_memcpy(x, p, sizeof x);
        for (int lane = 0; lane < kLanes; ++lane) {
            sum[lane] += w[4 * lane] * x[0] + w[4 * lane + 1] * x[1] + w[4 * lane + 2] * x[2] +
                         w[4 * lane + 3] * x[3];
        }
        return sum;
    }

    static float largestMagnitude(const float* x) {
        std::uint32_t largest = 0;
        for (int i = 0; i < 32; ++i) {
            std::uint32_t bits;
            __builtin_memcpy(&bits, x + i, sizeof bits);
            bits &= 0x7fffffffU;
            largest = bits > largest ? bits : largest;
        }
        float most;
        __builtin_memcpy(&most, &largest, sizeof most);
        return most;
    }
    static std::int32_t roundLevels(const float* x, float inverse, std::byte* levels) {
        std::int32_t sum = 0;
        for (int i = 0; i < 32; ++i) {
            const auto level = inverse > 0
                                   ? static_cast<std::int8_t>(__builtin_nearbyintf(x[i] * inverse))
                                   : std::int8_t{0};
            levels[i] = static_cast<std::byte>(level);
            sum += level;
        }
        return sum;
    }
};

}  // namespace

constinit const Blocks kPortableBlocks = makeBlocks<Lanes>();

}  // namespace dsm::cpu
