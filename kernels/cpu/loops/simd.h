// The loops of simd.h over float32, written once over a type of lanes; the files in kernels/cpu/isa
// instantiate them with their own.
//
// Those files are compiled for more than the oldest machine has. So that none of their code can be
// taken for another file's copy of the same function, everything in kernels/cpu/loops lies in an
// unnamed namespace, calls no inline function of another header (the standard library's are such),
// and is included by kernels/cpu/isa alone. tests/kernels/cpu/isa_objects_test.py looks at the
// result.
#pragma once

#include <cstdint>

#include "kernels/cpu/loops/attend.h"
#include "kernels/cpu/simd.h"

namespace dsm::cpu {
namespace {

// Numbers of the weights that are widened to float32 at a time: 8 rows of 512 are 16 kB, a third
// to a half of a first-level cache.
constexpr std::int64_t kBlock = 512;

template <class V>
struct Loops {
    using F = typename V::F;
    using BF16Bits = std::uint16_t;

    // `count` < kWidth numbers, the lanes after them zero.
    template <class W>
    static F loadTail(const W* p, std::int64_t count) {
        W padded[V::kWidth] = {};
        for (std::int64_t i = 0; i < count; ++i)
            padded[i] = p[i];
        return V::load(padded);
    }

    static void storeTail(float* p, F v, std::int64_t count) {
        float padded[V::kWidth];
        V::store(padded, v);
        for (std::int64_t i = 0; i < count; ++i)
            p[i] = padded[i];
    }

    // sum[t][n] += x[t][i] * w[n][i], lane by lane, for i < k: the one order every product has.
    // `x` and `w` point at the first number; a tail shorter than a vector is filled with zeros. The
    // weights `ahead` numbers further on are fetched meanwhile: they are the next to be read, and
    // rows end before the processor has seen the pattern.
    template <int T, int R, class W>
    static void accumulate(const float* const* x, const W* const* w, std::int64_t k,
                           std::int64_t ahead, F* sum) {
        const float* xs[T];
        const W* ws[R];
        F acc[T][R];
#pragma GCC unroll 8
        for (int t = 0; t < T; ++t)
            xs[t] = x[t];
#pragma GCC unroll 8
        for (int n = 0; n < R; ++n)
            ws[n] = w[n];
#pragma GCC unroll 8
        for (int t = 0; t < T; ++t) {
#pragma GCC unroll 8
            for (int n = 0; n < R; ++n)
                acc[t][n] = sum[t * kPanelRows + n];
        }
        const auto step = [&](const auto& load) {
            F in[T];
#pragma GCC unroll 8
            for (int t = 0; t < T; ++t)
                in[t] = load(xs[t]);
#pragma GCC unroll 8
            for (int n = 0; n < R; ++n) {
                const F weight = V::inRegister(load(ws[n]));
#pragma GCC unroll 8
                for (int t = 0; t < T; ++t)
                    acc[t][n] = V::fma(in[t], weight, acc[t][n]);
            }
        };
        std::int64_t i = 0;
        for (; i + V::kWidth <= k; i += V::kWidth) {
            if constexpr (T == 1) {
#pragma GCC unroll 8
                for (int n = 0; n < R; ++n)
                    __builtin_prefetch(ws[n] + i + ahead);
            }
            step([i](const auto* p) { return V::load(p + i); });
        }
        if (i < k) step([i, k](const auto* p) { return loadTail(p + i, k - i); });
#pragma GCC unroll 8
        for (int t = 0; t < T; ++t) {
#pragma GCC unroll 8
            for (int n = 0; n < R; ++n)
                sum[t * kPanelRows + n] = acc[t][n];
        }
    }

    // One token at a time uses all rows at once, to have enough independent sums in flight.
    template <int T, class W>
    static void accumulateRows(const float* const* x, const W* const* w, std::int64_t k,
                               std::int64_t ahead, F* sum) {
        constexpr int kRows = T == 1 ? kPanelRows : V::kTileRows;
        for (int n = 0; n < kPanelRows; n += kRows)
            accumulate<T, kRows>(x, w + n, k, ahead, sum + n);
    }

    template <class W>
    static void accumulateTokens(const float* const* x, int tokens, const W* const* w,
                                 std::int64_t k, std::int64_t ahead, F* sum) {
        static_assert(V::kTileTokens == 2 || V::kTileTokens == 3);
        int t = 0;
        for (; t + V::kTileTokens <= tokens; t += V::kTileTokens) {
            accumulateRows<V::kTileTokens>(x + t, w, k, ahead, sum + t * kPanelRows);
        }
        for (; t + 2 <= tokens; t += 2)
            accumulateRows<2>(x + t, w, k, ahead, sum + t * kPanelRows);
        for (; t < tokens; ++t)
            accumulateRows<1>(x + t, w, k, ahead, sum + t * kPanelRows);
    }

    // block[n][:] = w[n][0 .. k) in float32, for k <= kBlock.
    template <class W>
    static void widen(const W* const* w, std::int64_t k, float (*block)[kBlock]) {
        for (int n = 0; n < kPanelRows; ++n) {
            std::int64_t i = 0;
            for (; i + V::kWidth <= k; i += V::kWidth) {
                __builtin_prefetch(w[n] + i + kBlock);
                V::store(block[n] + i, V::load(w[n] + i));
            }
            if (i < k) storeTail(block[n] + i, loadTail(w[n] + i, k - i), k - i);
        }
    }

    // Many tokens share the widened weights of one block after the other; the sums wait in memory.
    template <class W>
    static void accumulateBlocks(const Panel& p, const W* const* w, F* sum) {
        alignas(64) float block[kPanelRows][kBlock];
        const float* blockRows[kPanelRows];
        for (int n = 0; n < kPanelRows; ++n)
            blockRows[n] = block[n];
        const std::int64_t cols = p.weight->cols;
        for (std::int64_t begin = 0; begin < cols; begin += kBlock) {
            const std::int64_t k = cols - begin < kBlock ? cols - begin : kBlock;
            const float* x[kPanelTokens];
            const W* ws[kPanelRows];
            for (int t = 0; t < p.tokens; ++t)
                x[t] = p.x[t] + begin;
            for (int n = 0; n < kPanelRows; ++n)
                ws[n] = w[n] + begin;
            widen(ws, k, block);
            accumulateTokens(x, p.tokens, blockRows, k, 0, sum);
        }
    }

    // block[n][:] = row n of an NF4 weight from `begin` on in float32, for k <= kBlock; begin is a
    // multiple of kBlock and rows are whole NF4 blocks.
    static void widenNf4(const Weight& w, const std::int64_t* rows, std::int64_t begin,
                         std::int64_t k, float (*block)[kBlock]) {
        const Nf4Scales& scales = *w.nf4;
        for (int n = 0; n < kPanelRows; ++n) {
            const std::int64_t first = rows[n] * w.cols + begin;
            const auto* codes = static_cast<const std::uint8_t*>(w.data) + first / 2;
            for (std::int64_t i = 0; i < k; i += 64) {
                const std::int64_t b = (first + i) / 64;
                const F scale =
                    V::set(scales.absmax != nullptr ? scales.absmax[b]
                                                    : scales.nestedMap[scales.absmaxCode[b]] *
                                                              scales.nestedAbsmax[b / 256] +
                                                          scales.offset);
                for (std::int64_t j = i; j < i + 64; j += V::kWidth)
                    V::store(block[n] + j, V::mul(V::nf4(codes + j / 2), scale));
            }
        }
    }

    // The same where blocks of 64 do not fit the rows: number by number.
    static void widenOddNf4(const Weight& w, const std::int64_t* rows, std::int64_t begin,
                            std::int64_t k, float (*block)[kBlock]) {
        const Nf4Scales& scales = *w.nf4;
        for (int n = 0; n < kPanelRows; ++n) {
            for (std::int64_t i = 0; i < k; ++i) {
                const std::int64_t at = rows[n] * w.cols + begin + i;
                const std::int64_t b = at / 64;
                const float scale =
                    scales.absmax != nullptr
                        ? scales.absmax[b]
                        : scales.nestedMap[scales.absmaxCode[b]] * scales.nestedAbsmax[b / 256] +
                              scales.offset;
                const unsigned byte = static_cast<const std::uint8_t*>(w.data)[at / 2];
                block[n][i] = kNf4Levels[at % 2 == 0 ? byte >> 4U : byte & 0xfU] * scale;
            }
        }
    }

    static void accumulateNf4(const Panel& p, const std::int64_t* rows, F* sum) {
        alignas(64) float block[kPanelRows][kBlock];
        const float* blockRows[kPanelRows];
        for (int n = 0; n < kPanelRows; ++n)
            blockRows[n] = block[n];
        const std::int64_t cols = p.weight->cols;
        for (std::int64_t begin = 0; begin < cols; begin += kBlock) {
            const std::int64_t k = cols - begin < kBlock ? cols - begin : kBlock;
            const float* x[kPanelTokens];
            for (int t = 0; t < p.tokens; ++t)
                x[t] = p.x[t] + begin;
            if (cols % 64 == 0) {
                widenNf4(*p.weight, rows, begin, k, block);
            } else {
                widenOddNf4(*p.weight, rows, begin, k, block);
            }
            accumulateTokens(x, p.tokens, blockRows, k, 0, sum);
        }
    }

    template <class W>
    static void accumulatePlain(const Panel& p, const std::int64_t* rows, F* sum) {
        const W* w[kPanelRows];
        for (int n = 0; n < kPanelRows; ++n)
            w[n] = static_cast<const W*>(p.weight->data) + rows[n] * p.weight->cols;
        if (p.tokens <= V::kTileTokens) {
            const std::int64_t k = p.weight->cols;
            accumulateTokens(p.x, p.tokens, w, k, kPanelRows * k, sum);
        } else {
            accumulateBlocks(p, w, sum);
        }
    }

    static void panel(const Panel& p) {
        // Rows that are not there repeat the last one; their sums are dropped.
        std::int64_t rows[kPanelRows];
        for (int n = 0; n < kPanelRows; ++n)
            rows[n] = p.row + (n < p.rows ? n : p.rows - 1);
        F sum[kPanelTokens * kPanelRows];
        for (int i = 0; i < p.tokens * kPanelRows; ++i)
            sum[i] = V::zero();
        if (p.weight->type == DType::F32) {
            accumulatePlain<float>(p, rows, sum);
        } else if (p.weight->type == DType::BF16) {
            accumulatePlain<BF16Bits>(p, rows, sum);
        } else {
            accumulateNf4(p, rows, sum);
        }
        for (int t = 0; t < p.tokens; ++t) {
            float total[kPanelRows];
            F row[kPanelRows];
            for (int n = 0; n < kPanelRows; ++n)
                row[n] = sum[t * kPanelRows + n];
            V::sums(row, total);
            for (int n = 0; n < p.rows; ++n)
                p.out[t * kPanelRows + n] = total[n];
        }
    }

    // out = body(a, b) lane by lane, for n numbers; `b` may be of another type.
    template <class B, class Body>
    static void map(const float* a, const B* b, std::int64_t n, float* out, const Body& body) {
        std::int64_t i = 0;
        for (; i + V::kWidth <= n; i += V::kWidth) {
            V::store(out + i, body(V::load(a + i), V::load(b + i)));
        }
        if (i < n) storeTail(out + i, body(loadTail(a + i, n - i), loadTail(b + i, n - i)), n - i);
    }

    static float sumOfSquares(const float* x, std::int64_t n) {
        F sum = V::zero();
        std::int64_t i = 0;
        for (; i + V::kWidth <= n; i += V::kWidth) {
            const F v = V::load(x + i);
            sum = V::fma(v, v, sum);
        }
        if (i < n) {
            const F v = loadTail(x + i, n - i);
            sum = V::fma(v, v, sum);
        }
        return V::sum(sum);
    }

    static void norm(const float* x, const void* weight, DType type, std::int64_t n, float epsilon,
                     float* out) {
        const float mean = sumOfSquares(x, n) / static_cast<float>(n);
        const F scale = V::set(1.0F / __builtin_sqrtf(mean + epsilon));
        const auto scaled = [scale](F v, F w) { return V::mul(V::mul(v, scale), w); };
        if (type == DType::F32) {
            map(x, static_cast<const float*>(weight), n, out, scaled);
        } else {
            map(x, static_cast<const BF16Bits*>(weight), n, out, scaled);
        }
    }

    // exp(v) to about 1e-7 relative: 2^n * e^r with |r| <= ln(2)/2, e^r by its Taylor sum to r^7.
    // Adding 1.5 * 2^23 rounds to a whole number and leaves it in the low bits. Results below
    // 1.2e-38 and above 2.4e38 stay at those bounds.
    static F exponential(F v) {
        const F magic = V::set(12582912.0F);
        v = V::min(V::set(88.37F), V::max(V::set(-87.33F), v));
        const F shifted = V::add(V::mul(v, V::set(1.44269504F)), magic);
        const F n = V::sub(shifted, magic);
        // ln(2) in two parts, the first short enough for an exact product.
        F r = V::fma(n, V::set(-0.693359375F), v);
        r = V::fma(n, V::set(2.12194440e-4F), r);
        constexpr float kTerms[] = {1.0F / 720, 1.0F / 120, 1.0F / 24, 1.0F / 6, 0.5F, 1.0F, 1.0F};
        F e = V::set(1.0F / 5040);
        for (const float term : kTerms)
            e = V::fma(e, r, V::set(term));
        return V::mul(e, V::exponentFromLowBits(shifted));
    }

    static float largest(const float* values, std::int64_t n) {
        float result = values[0];
        std::int64_t i = 0;
        if (n >= V::kWidth) {
            F most = V::load(values);
            for (i = V::kWidth; i + V::kWidth <= n; i += V::kWidth) {
                most = V::max(most, V::load(values + i));
            }
            float lanes[V::kWidth];
            V::store(lanes, most);
            for (const float lane : lanes)
                result = lane > result ? lane : result;
        }
        for (; i < n; ++i)
            result = values[i] > result ? values[i] : result;
        return result;
    }

    static void gatedUnit(const float* gate, const float* up, std::int64_t n, float* out) {
        map(gate, up, n, out, [](F z, F u) {
            const F one = V::set(1.0F);
            const F silu = V::div(z, V::add(one, exponential(V::sub(V::zero(), z))));
            return V::mul(silu, u);
        });
    }
};

// nullptr for those that a narrower instruction set does as well.
template <class V>
constexpr Simd makeSimd(const Blocks* blocks = nullptr, const Levels* levels = nullptr) {
    using L = Loops<V>;
    return {.panel = L::panel,
            .blocks = blocks,
            .levels = levels,
            .norm = L::norm,
            .attend = AttendLoops<V, L>::stretch,
            .gatedUnit = L::gatedUnit};
}

}  // namespace
}  // namespace dsm::cpu
