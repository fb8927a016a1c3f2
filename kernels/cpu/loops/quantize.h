// The loops of quantize_simd.h over lanes of any width. What loops/simd.h says of such files holds
// here too.
//
// A type of lanes has F and I, float32 and int32 vectors of kWidth lanes, and, where kHasPick,
// pick(table, index): table[index] of sixteen, in each lane.
#pragma once

#include <cstdint>

#include "kernels/base/weight_blocks.h"
#include "kernels/cpu/quantize_simd.h"

namespace dsm::cpu {
namespace {

// Where one of sixteen levels ends and the next begins, in the order of a search by halves too:
// ofFour[i] is the bound to look at when bits below 8 of the index are still open, and so on.
struct Bounds {
    float ascending[15];
    float ofFour[16], ofTwo[16], ofOne[16];
};

constexpr Bounds boundsOf(const float (&ascending)[15]) {
    Bounds bounds{};
    for (int i = 0; i < 15; ++i)
        bounds.ascending[i] = ascending[i];
    for (int i = 0; i < 16; ++i) {
        bounds.ofFour[i] = ascending[(i & 8) + 3];
        bounds.ofTwo[i] = ascending[(i & 12) + 1];
        bounds.ofOne[i] = ascending[i & 14];
    }
    return bounds;
}

// kQ4Levels as numbers to compute with.
struct Q4LevelValues {
    float value[16];
};
constexpr Q4LevelValues q4LevelValues() {
    Q4LevelValues values{};
    for (int i = 0; i < 16; ++i)
        values.value[i] = static_cast<float>(kQ4Levels[static_cast<unsigned>(i)]);
    return values;
}
constexpr Q4LevelValues kQ4Values = q4LevelValues();

constexpr Bounds kQ4Bounds = boundsOf({-112.0F, -86.5F, -67.5F, -52.0F, -38.5F, -26.0F, -14.0F,
                                       -3.0F, 7.0F, 17.5F, 28.5F, 40.5F, 55.0F, 72.0F, 92.0F});

// Of NF4: what is strictly greater goes up.
//
// Source  bitsandbytes, the thresholds of its kernels: the middle of two levels in float32.
constexpr Bounds kNf4Bounds = boundsOf(
    {-0.8480964004993439F, -0.6106329262256622F, -0.4599952697753906F, -0.33967943489551544F,
     -0.23460740596055984F, -0.13791173323988914F, -0.045525018125772476F, 0.03979014977812767F,
     0.1202552504837513F, 0.2035212516784668F, 0.2920137718319893F, 0.3893125355243683F,
     0.5016634166240692F, 0.6427869200706482F, 0.8614784178118011F});

// Scales that are tried map the largest weight of a row to an end of the levels, or past it.
constexpr float kQ4Stretch[] = {0.80F, 0.88F, 0.94F, 1.0F, 1.06F, 1.12F, 1.2F, 1.3F};

template <class Lanes>
struct QuantizeBuild {
    using F = typename Lanes::F;
    using I = typename Lanes::I;
    static constexpr int kWidth = Lanes::kWidth;
    static constexpr int kCols = 32;
    static constexpr int kRows = 16;

    static F load(const float* p) {
        F v;
        __builtin_memcpy(&v, p, sizeof v);
        return v;
    }
    static void store(float* p, F v) { __builtin_memcpy(p, &v, sizeof v); }
    static F magnitude(F v) { return (F)((I)v & 0x7fffffff); }

    static void largest(const float* x, float* largest) {
        for (int r = 0; r < kRows; r += kWidth) {
            I most = I{};
            for (int c = 0; c < kCols; ++c) {
                // As whole numbers, magnitudes compare like floats, and a NaN is the largest.
                const I bits = (I)load(x + c * kRows + r) & 0x7fffffff;
                most = bits > most ? bits : most;
            }
            store(largest + r, (F)most);
        }
    }

    static void roundQ8(const float* x, const float* inverse, std::int8_t* code) {
        constexpr float kRound =
            12582912.0F;  // 1.5 * 2^23: adding it leaves no room for a fraction
        for (int r = 0; r < kRows; r += kWidth) {
            const F factor = load(inverse + r);
            for (int c = 0; c < kCols; ++c) {
                F v = load(x + c * kRows + r) * factor;
                // In this order also what is not a number becomes one.
                v = v < 127.0F ? v : F{} + 127.0F;
                v = v > -127.0F ? v : F{} - 127.0F;
                const F whole = (v + kRound) - kRound;
                for (int lane = 0; lane < kWidth; ++lane)
                    code[c * kRows + r + lane] = static_cast<std::int8_t>(whole[lane]);
            }
        }
    }

    // How many of 15 ascending bounds v is above.
    static I indexOf(F v, const Bounds& bounds) {
        if constexpr (!Lanes::kHasPick) {
            I index = I{};
            for (const float bound : bounds.ascending)
                index -= (I)(v > bound);  // true is -1
            return index;
        } else {
            I index = (I)(v > bounds.ascending[7]) & 8;
            index += (I)(v > Lanes::pick(bounds.ofFour, index)) & 4;
            index += (I)(v > Lanes::pick(bounds.ofTwo, index)) & 2;
            index += (I)(v > Lanes::pick(bounds.ofOne, index)) & 1;
            return index;
        }
    }

    static F nearestLevel(F v) {
        if constexpr (Lanes::kHasPick) return Lanes::pick(kQ4Values.value, indexOf(v, kQ4Bounds));
        F level = F{} + kQ4Values.value[0];
        for (int k = 0; k < 15; ++k) {
            const float step = kQ4Values.value[k + 1] - kQ4Values.value[k];
            level += v > kQ4Bounds.ascending[k] ? F{} + step : F{};
        }
        return level;
    }

    // Of the rows r .. r + kWidth: the sums that decide how good a scale of 1 / inverse is. With
    // the best scale for the levels it leads to, num / den, the error is sum x^2 - num^2 / den.
    struct Fit {
        F num, den;
    };
    static Fit fit(const float* x, const float* importance, F inverse) {
        Fit sums{F{}, F{}};
        for (int c = 0; c < kCols; ++c) {
            const F v = load(x + c * kRows);
            const F level = nearestLevel(v * inverse);
            const F weighted = level * importance[c];
            sums.num += weighted * v;
            sums.den += weighted * level;
        }
        return sums;
    }

    static void fitQ4(const float* x, const float* importance, float* scale) {
        for (int r = 0; r < kRows; r += kWidth) {
            F extreme = F{};  // the weight of largest magnitude, with its sign
            for (int c = 0; c < kCols; ++c) {
                const F v = load(x + c * kRows + r);
                extreme = magnitude(v) > magnitude(extreme) ? v : extreme;
            }
            const F reciprocal = extreme != 0.0F ? 1.0F / extreme : F{};
            F bestGain = F{} - 1.0F;
            F best = F{};
            const auto attempt = [&](F inverse) {
                const Fit sums = fit(x + r, importance, inverse);
                const F scaleNow = sums.den > 0.0F ? sums.num / sums.den : F{};
                const F gain = scaleNow * sums.num;
                best = gain > bestGain ? scaleNow : best;
                bestGain = gain > bestGain ? gain : bestGain;
            };
            for (const float end : {kQ4Values.value[0], kQ4Values.value[15]}) {
                for (const float stretch : kQ4Stretch)
                    attempt(reciprocal * (end * stretch));
            }
            attempt(best != 0.0F ? 1.0F / best : F{});  // the levels of the best scale once more
            store(scale + r, best);
        }
    }

    static void roundQ4(const float* x, const float* inverse, std::int8_t* code) {
        for (int r = 0; r < kRows; r += kWidth) {
            const F factor = load(inverse + r);
            for (int c = 0; c < kCols; ++c) {
                const F v = load(x + c * kRows + r) * factor;
                const I index = indexOf(v, kQ4Bounds);
                for (int lane = 0; lane < kWidth; ++lane)
                    code[c * kRows + r + lane] = static_cast<std::int8_t>(index[lane]);
            }
        }
    }

    static void nf4(const float* weights, std::int64_t blocks, std::uint8_t* codes, float* absmax) {
        constexpr int kBlock = 64;
        for (std::int64_t b = 0; b < blocks; ++b, weights += kBlock, codes += kBlock / 2) {
            I most = I{};
            for (int i = 0; i < kBlock; i += kWidth) {
                const I bits = (I)load(weights + i) & 0x7fffffff;
                most = bits > most ? bits : most;
            }
            std::int32_t largestBits = 0;
            for (int lane = 0; lane < kWidth; ++lane)
                largestBits = most[lane] > largestBits ? most[lane] : largestBits;
            __builtin_memcpy(&absmax[b], &largestBits, sizeof largestBits);
            const float inverse = absmax[b] > 0 ? 1.0F / absmax[b] : 0.0F;
            std::uint8_t code[kBlock];
            for (int i = 0; i < kBlock; i += kWidth) {
                const F v = load(weights + i) * inverse;
                const I index = indexOf(v, kNf4Bounds);
                for (int lane = 0; lane < kWidth; ++lane)
                    code[i + lane] = static_cast<std::uint8_t>(index[lane]);
            }
            for (int i = 0; i < kBlock / 2; ++i)
                codes[i] = static_cast<std::uint8_t>(code[2 * i] << 4 | code[2 * i + 1]);
        }
    }
};

template <class Lanes>
constexpr QuantizeLoops makeQuantizeLoops() {
    using B = QuantizeBuild<Lanes>;
    return {.largest = B::largest,
            .roundQ8 = B::roundQ8,
            .fitQ4 = B::fitQ4,
            .roundQ4 = B::roundQ4,
            .nf4 = B::nf4};
}

}  // namespace
}  // namespace dsm::cpu
