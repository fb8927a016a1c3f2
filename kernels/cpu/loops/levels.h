// The loops over bytes of an 8-bit cache and over what meets them, written once over a type of
// lanes. What loops/simd.h says of such files holds here too.
//
// A type of lanes V has
//   Sums             sixteen int32, one for each lane of a vector of bytes
//   Bytes, Four      such a vector and four levels, prepared
//   kRows            rows that share the bytes in registers
//   kVectors         vectors that one row meets side by side, a multiple of kRows
//   round16(x, factor, row, i)   levels i .. i+15 of x[i] * factor; returns their sum
//   four(row, step)  levels 4*step .. 4*step+3
//   add(s, b, f)     s + sum of the four bytes, unsigned or as level, times the four levels
//   store(s, row, out)           the sixteen results
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cpu/simd.h"

namespace dsm::cpu {
namespace {

template <class V>
struct LevelLoops {
    using Sums = typename V::Sums;

    static constexpr float kMost =
        127.0F * 256.0F;                     // the high byte of a level has room for its sign
    static constexpr float kLeast = 1e-30F;  // kMost by this is still finite

    // As whole numbers, magnitudes compare like floats, and what is not finite is the largest.
    static float largestMagnitude(const float* x, std::int64_t n) {
        std::uint32_t largest = 0;
        for (std::int64_t i = 0; i < n; ++i) {
            std::uint32_t bits;
            __builtin_memcpy(&bits, x + i, sizeof bits);
            bits &= 0x7fffffffU;
            largest = bits > largest ? bits : largest;
        }
        float most;
        __builtin_memcpy(&most, &largest, sizeof most);
        return most;
    }

    static void round(const float* x, std::int64_t n, LevelRow& row) {
        const float most = largestMagnitude(x, n);
        const bool counts = most >= kLeast && most <= __FLT_MAX__;
        const float factor = counts ? kMost / most : 0.0F;
        static constexpr float kZeros[16] = {};
        row.sum = 0;
        row.scale = most / kMost;
        for (std::int64_t i = 0; i < n; i += 16)
            row.sum += V::round16(counts ? x + i : kZeros, factor, row, i);
    }

    // N rows from `first` on, C vectors from `vector` on.
    template <int N, int C, class Stride>
    static void dots(const LevelDots& d, int first, std::int64_t vector, Stride vectorBytes) {
        const LevelRow* rows[N];
        Sums sums[N][C];
#pragma GCC unroll 4
        for (int n = 0; n < N; ++n) {
            rows[n] = d.rows + first + n;
#pragma GCC unroll 8
            for (int c = 0; c < C; ++c)
                sums[n][c] = V::zero();
        }
        const std::byte* panel = d.bytes + vector * vectorBytes;
        const std::byte* next = d.next + vector * d.panels * d.steps * 64;
        std::int64_t i = 0;
        for (std::int64_t p = 0; p < d.panels; ++p, panel += d.panelBytes) {
            const std::byte* step = panel;
            for (std::int64_t s = 0; s < d.steps; ++s, ++i, step += d.stepBytes) {
                typename V::Four levels[N];
#pragma GCC unroll 4
                for (int n = 0; n < N; ++n)
                    levels[n] = V::four(*rows[n], i);
#pragma GCC unroll 8
                for (int c = 0; c < C; ++c) {
                    const std::byte* bytes = step + c * vectorBytes;
                    if constexpr (N == 1) {
                        __builtin_prefetch(bytes + d.aheadBytes);
                        __builtin_prefetch(next + c * 64, 0, 2);
                    }
                    const typename V::Bytes loaded = V::load(bytes);
#pragma GCC unroll 4
                    for (int n = 0; n < N; ++n)
                        sums[n][c] = V::add(sums[n][c], loaded, levels[n]);
                }
                next += std::int64_t{C} * 64;
            }
        }
#pragma GCC unroll 4
        for (int n = 0; n < N; ++n) {
#pragma GCC unroll 8
            for (int c = 0; c < C; ++c)
                V::store(sums[n][c], *rows[n], d.out[first + n] + (vector + c) * 16);
        }
    }

    template <int N, class Stride>
    static void vectors(const LevelDots& d, int first, Stride vectorBytes) {
        constexpr int kAtOnce = V::kVectors / N;
        std::int64_t v = 0;
        for (; v + kAtOnce <= d.vectors; v += kAtOnce)
            dots<N, kAtOnce>(d, first, v, vectorBytes);
        for (; v < d.vectors; ++v)
            dots<N, 1>(d, first, v, vectorBytes);
    }

    template <class Stride>
    static void rows(const LevelDots& d, Stride vectorBytes) {
        int n = 0;
        for (; n + V::kRows <= d.count; n += V::kRows)
            vectors<V::kRows>(d, n, vectorBytes);
        for (; n < d.count; ++n)
            vectors<1>(d, n, vectorBytes);
    }

    // Vectors that follow each other, as those of values do, need no address each.
    struct Adjacent {
        constexpr operator std::int64_t() const { return 64; }  // NOLINT: it stands for the number
    };
    static void allDots(const LevelDots& d) {
        if (d.vectorBytes == Adjacent{}) {
            rows(d, Adjacent{});
        } else {
            rows(d, d.vectorBytes);
        }
    }
};

template <class V>
constexpr Levels makeLevels() {
    return {.round = LevelLoops<V>::round, .dots = LevelLoops<V>::allDots};
}

}  // namespace
}  // namespace dsm::cpu
