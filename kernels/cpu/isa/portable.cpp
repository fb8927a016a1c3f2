// Any machine: vectors of 16 bytes, which GCC and Clang turn into SSE2 or NEON.
#include <cstddef>
#include <cstdint>

#include "kernels/base/rounded_rows.h"
#include "kernels/cpu/isa/table.h"
#include "kernels/cpu/loops/blocks.h"
#include "kernels/cpu/loops/levels.h"
#include "kernels/cpu/loops/limits.h"
#include "kernels/cpu/loops/quantize.h"
#include "kernels/cpu/loops/simd.h"
#include "kernels/cpu/loops/train.h"

namespace dsm::cpu {
namespace {

// Float32.
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

// Weights in 8 and 4 bits.
struct BlockLanes {
    typedef float F __attribute__((vector_size(16)));
    typedef std::int32_t I __attribute__((vector_size(16)));
    typedef std::int8_t Bytes __attribute__((vector_size(16)));
    static constexpr int kLanes = 4;
    static constexpr int kTokens = 2;
    static constexpr int kQ8Walk = 0;
    static constexpr int kQ4Walk = 0;

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

// A cache in 8 bits.
struct LevelLanes {
    struct Sums {
        std::int32_t lane[16];
    };
    struct Bytes {
        std::int32_t level[16][4];
    };
    struct Four {
        std::int16_t level[4];
    };
    static constexpr int kRows = 1;
    static constexpr int kVectors = 1;

    static std::int32_t round16(const float* x, float factor, LevelRow& row, std::int64_t i) {
        std::int32_t sum = 0;
        std::int16_t levels[16];
        for (int k = 0; k < 16; ++k) {
            levels[k] = static_cast<std::int16_t>(__builtin_nearbyintf(x[k] * factor));
            sum += levels[k];
        }
        __builtin_memcpy(row.levels + i * 2, levels, sizeof levels);
        return sum;
    }
    static Four four(const LevelRow& row, std::int64_t step) {
        Four levels;
        __builtin_memcpy(&levels, row.levels + step * 8, sizeof levels);
        return levels;
    }
    static Bytes load(const std::byte* p) {
        Bytes bytes;
        for (int lane = 0; lane < 16; ++lane) {
            for (int k = 0; k < 4; ++k)
                bytes.level[lane][k] = std::to_integer<std::int32_t>(p[lane * 4 + k]) - kKvBias;
        }
        return bytes;
    }
    static Sums zero() { return {}; }
    static Sums add(Sums sums, const Bytes& bytes, const Four& levels) {
        for (int lane = 0; lane < 16; ++lane) {
            const std::int32_t* b = bytes.level[lane];
            sums.lane[lane] += b[0] * levels.level[0] + b[1] * levels.level[1] +
                               b[2] * levels.level[2] + b[3] * levels.level[3];
        }
        return sums;
    }
    static void store(const Sums& sums, const LevelRow& row, float* out) {
        for (int lane = 0; lane < 16; ++lane)
            out[lane] = static_cast<float>(sums.lane[lane]) * row.scale;
    }
};

// Quantisers.
struct QuantizeLanes {
    typedef float F __attribute__((vector_size(16)));
    typedef std::int32_t I __attribute__((vector_size(16)));
    static constexpr int kWidth = 4;
    static constexpr bool kHasPick = false;
};

// What a machine does at most.
struct LimitLanes {
    typedef std::uint64_t V __attribute__((vector_size(16)));
    static constexpr int kBytes = 16;
    static V load(const std::byte* p) { return *reinterpret_cast<const V*>(p); }
    static V either(V a, V b) { return a | b; }

    // A product of two bytes fills 16 bits; sums that stay so narrow are the most one could do.
    struct Int8 {
        typedef std::uint16_t V __attribute__((vector_size(16)));
        static constexpr int kSums = 12;
        static constexpr int kOperations = 16;
        static V start(int i) { return V{} + static_cast<std::uint16_t>(i + 3); }
        // A square: the product with a constant would become shifts.
        static V multiplyAdd(V sum) { return sum * sum + 27; }
    };
    struct Float32 {
        typedef float V __attribute__((vector_size(16)));
        static constexpr int kSums = 12;
        static constexpr int kOperations = 8;
        static V start(int i) { return V{} + static_cast<float>(i); }
        static V multiplyAdd(V sum) { return sum * 0.999F + 0.001F; }
    };
    using BFloat16 = Float32;
};

constexpr Blocks kBlocks = makeBlocks<BlockLanes>();
constexpr Levels kLevels = makeLevels<LevelLanes>();
constexpr TrainLoops kTraining = makeTrainLoops<Lanes>();
constexpr QuantizeLoops kQuantizing = makeQuantizeLoops<QuantizeLanes>();

}  // namespace

constinit const IsaTable kPortableTable{.simd = makeSimd<Lanes>(&kBlocks, &kLevels),
                                        .train = &kTraining,
                                        .quantize = &kQuantizing,
                                        .limits = makeLimitLoops<LimitLanes>()};

}  // namespace dsm::cpu
