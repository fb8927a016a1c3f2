// The loops of gemm.h, written once over a type of lanes. What loops/simd.h says of such files
// holds here too.
#pragma once

#include <cstdint>

#include "kernels/cpu/gemm.h"
#include "kernels/cpu/loops/simd.h"
#include "kernels/cpu/train_simd.h"

namespace dsm::cpu {
namespace {

template <class V>
struct GemmLoops {
    using F = typename V::F;
    using L = Loops<V>;
    static constexpr int kRows = V::kGemmRows;
    static constexpr int kVectors = V::kGemmVectors;
    static constexpr int kCols = kVectors * V::kWidth;

    typedef float Four __attribute__((vector_size(16)));

    // All sums of the tile in registers.
    static void sums(const float* a, const float* b, std::int64_t sum, F (&acc)[kRows][kVectors]) {
        for (std::int64_t k = 0; k < sum; ++k) {
            F right[kVectors];
#pragma GCC unroll 4
            for (int v = 0; v < kVectors; ++v)
                right[v] = V::load(b + v * V::kWidth);
#pragma GCC unroll 16
            for (int r = 0; r < kRows; ++r) {
                const F left = V::set(a[r]);
#pragma GCC unroll 4
                for (int v = 0; v < kVectors; ++v)
                    acc[r][v] = V::fma(left, right[v], acc[r][v]);
            }
            a += kRows;
            b += kCols;
        }
    }

    static void tile(const float* a, const float* b, std::int64_t sum, float* c,
                     std::int64_t stride, int rows, int cols, bool add) {
        F acc[kRows][kVectors];
#pragma GCC unroll 16
        for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
            for (int v = 0; v < kVectors; ++v)
                acc[r][v] = V::zero();
        }
        sums(a, b, sum, acc);
        if (rows == kRows && cols == kCols) {
#pragma GCC unroll 16
            for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
                for (int v = 0; v < kVectors; ++v) {
                    float* to = c + r * stride + v * V::kWidth;
                    V::store(to, add ? V::add(V::load(to), acc[r][v]) : acc[r][v]);
                }
            }
            return;
        }
        float whole[kRows * kCols];
#pragma GCC unroll 16
        for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
            for (int v = 0; v < kVectors; ++v)
                V::store(whole + r * kCols + v * V::kWidth, acc[r][v]);
        }
        for (int r = 0; r < rows; ++r) {
            for (int j = 0; j < cols; ++j) {
                float& to = c[r * stride + j];
                to = add ? to + whole[r * kCols + j] : whole[r * kCols + j];
            }
        }
    }

    // A binary16 number that is neither infinite nor missing.
    static float half(const std::uint8_t* p) {
        std::uint16_t bits;
        __builtin_memcpy(&bits, p, sizeof bits);
        const std::uint32_t shifted = (bits & 0x7fffU) << 13;
        float value;
        __builtin_memcpy(&value, &shifted, sizeof value);
        value *= 0x1p112F;
        return (bits & 0x8000U) != 0 ? -value : value;
    }

    // Columns [col, col + count) of a row of a Q8 or Q4 weight.
    static void blockRow(const Weight& w, std::int64_t row, std::int64_t col, std::int64_t count,
                         float* out) {
        const bool eight = w.type == DType::Q8;
        const std::int64_t levelBytes = eight ? 512 : 256;
        const std::int64_t tileBytes = 2 * (32 + levelBytes);
        const std::int64_t tiles = (w.cols + 63) / 64;
        const auto* panel = static_cast<const std::uint8_t*>(w.data) + row / 16 * tiles * tileBytes;
        const std::int64_t r = row % 16;
        for (std::int64_t c = col; c < col + count;) {
            const std::int64_t block = c / 32;
            const std::uint8_t* tile = panel + block / 2 * tileBytes;
            const float scale = half(tile + (block % 2 * 16 + r) * 2);
            const std::uint8_t* levels = tile + 64 + block % 2 * levelBytes + r * 4;
            std::int8_t level[32];
            if (eight) {
                for (int q = 0; q < 8; ++q)
                    __builtin_memcpy(level + q * 4, levels + q * 64, 4);
            } else {
                for (int i = 0; i < 16; ++i) {
                    const std::uint8_t byte = levels[i / 4 * 64 + i % 4];
                    level[i] = kQ4Levels[byte & 0xfU];
                    level[16 + i] = kQ4Levels[byte >> 4U];
                }
            }
            float wide[32];
            for (int i = 0; i < 32; i += V::kWidth)
                V::store(wide + i, V::mul(V::load(level + i), V::set(scale)));
            const std::int64_t end =
                (block + 1) * 32 < col + count ? (block + 1) * 32 : col + count;
            for (; c < end; ++c)
                *out++ = wide[c % 32];
        }
    }

    static float nf4Scale(const Nf4Scales& s, std::int64_t block) {
        return s.absmax != nullptr
                   ? s.absmax[block]
                   : s.nestedMap[s.absmaxCode[block]] * s.nestedAbsmax[block / 256] + s.offset;
    }

    static void nf4Row(const Weight& w, std::int64_t row, std::int64_t col, std::int64_t count,
                       float* out) {
        std::int64_t at = row * w.cols + col;
        const std::int64_t end = at + count;
        const auto* codes = static_cast<const std::uint8_t*>(w.data);
        while (at < end) {
            const float scale = nf4Scale(*w.nf4, at / 64);
            std::int64_t stop = (at / 64 + 1) * 64;
            stop = stop < end ? stop : end;
            if (at % 2 == 0) {
                for (; at + V::kWidth <= stop; at += V::kWidth, out += V::kWidth)
                    V::store(out, V::mul(V::nf4(codes + at / 2), V::set(scale)));
            }
            for (; at < stop; ++at) {
                const unsigned byte = codes[at / 2];
                *out++ = kNf4Levels[at % 2 == 0 ? byte >> 4U : byte & 0xfU] * scale;
            }
        }
    }

    // The numbers of dropout.h, spelled again: nothing here may call another file's function.
    static std::uint32_t mix(std::uint32_t v) {
        v = (v ^ (v >> 16)) * 0x7feb352dU;
        v = (v ^ (v >> 15)) * 0x846ca68bU;
        return v ^ (v >> 16);
    }

    static void dropout(const float* x, std::int64_t n, std::uint64_t key, std::int64_t first,
                        std::uint32_t threshold, float scale, bool add, float* out) {
        const auto low = static_cast<std::uint32_t>(key);
        const auto high = static_cast<std::uint32_t>(key >> 32);
        for (std::int64_t i = 0; i < n; ++i) {
            const auto at = static_cast<std::uint64_t>(first + i);
            const std::uint32_t inner =
                mix(static_cast<std::uint32_t>(at) ^ low) ^ static_cast<std::uint32_t>(at >> 32);
            const float kept = mix(inner ^ high) >= threshold ? x[i] * scale : 0.0F;
            out[i] = add ? out[i] + kept : kept;
        }
    }

    // `count` <= kGemmSum columns of a stored row, where they lie or widened into `wide`.
    static const float* rowOf(const Factor& f, std::int64_t row, std::int64_t col,
                              std::int64_t count, float* wide) {
        const Weight& w = f.stored;
        const std::int64_t place = row * w.cols + col;
        if (f.index != nullptr) row = f.index[row];
        if (w.type == DType::F32) {
            const float* at = static_cast<const float*>(w.data) + row * w.cols + col;
            if (f.dropout.threshold == 0) return at;
            dropout(at, count, f.dropout.key, place, f.dropout.threshold, f.dropout.scale, false,
                    wide);
            return wide;
        }
        if (w.type == DType::BF16) {
            const auto* from = static_cast<const std::uint16_t*>(w.data) + row * w.cols + col;
            std::int64_t i = 0;
            for (; i + V::kWidth <= count; i += V::kWidth)
                V::store(wide + i, V::load(from + i));
            if (i < count) L::storeTail(wide + i, L::loadTail(from + i, count - i), count - i);
        } else if (w.type == DType::NF4) {
            nf4Row(w, row, col, count, wide);
        } else {
            blockRow(w, row, col, count, wide);
        }
        return wide;
    }

    static Four loadFour(const float* p) {
        Four v;
        __builtin_memcpy(&v, p, sizeof v);
        return v;
    }
    static void storeFour(float* p, Four v) {
        __builtin_memcpy(p, &v, sizeof v);
    }

    // out[k][r] = scale * rows[r][k] for four rows and `sum` numbers of each.
    template <int R>
    static void transposeFour(const float* const* rows, std::int64_t sum, float scale, float* out) {
        std::int64_t k = 0;
        for (; k + 4 <= sum; k += 4) {
            const Four a = loadFour(rows[0] + k) * scale;
            const Four b = loadFour(rows[1] + k) * scale;
            const Four c = loadFour(rows[2] + k) * scale;
            const Four d = loadFour(rows[3] + k) * scale;
            const Four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5);
            const Four cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
            const Four ef = __builtin_shufflevector(a, b, 2, 6, 3, 7);
            const Four gh = __builtin_shufflevector(c, d, 2, 6, 3, 7);
            storeFour(out + k * R, __builtin_shufflevector(ab, cd, 0, 1, 4, 5));
            storeFour(out + (k + 1) * R, __builtin_shufflevector(ab, cd, 2, 3, 6, 7));
            storeFour(out + (k + 2) * R, __builtin_shufflevector(ef, gh, 0, 1, 4, 5));
            storeFour(out + (k + 3) * R, __builtin_shufflevector(ef, gh, 2, 3, 6, 7));
        }
        for (; k < sum; ++k) {
            for (int r = 0; r < 4; ++r)
                out[k * R + r] = rows[r][k] * scale;
        }
    }

    template <int R>
    static void transpose(const float* const* rows, int count, std::int64_t sum, float scale,
                          float* out) {
        int r = 0;
        for (; r + 4 <= count; r += 4)
            transposeFour<R>(rows + r, sum, scale, out + r);
        for (; r < count; ++r) {
            for (std::int64_t k = 0; k < sum; ++k)
                out[k * R + r] = rows[r][k] * scale;
        }
        for (; r < R; ++r) {
            for (std::int64_t k = 0; k < sum; ++k)
                out[k * R + r] = 0;
        }
    }

    // Stored rows are the panel's rows.
    template <int R>
    static void packAlong(const Packing& p) {
        alignas(64) float wide[R][kGemmSum];
        for (std::int64_t begin = 0; begin < p.count; begin += R) {
            const std::int64_t left = p.count - begin;
            const int count = static_cast<int>(left < R ? left : R);
            float* out = p.out + begin / R * p.panelStride;
            for (std::int64_t k = 0; k < p.sum; k += kGemmSum) {
                const std::int64_t sum = p.sum - k < kGemmSum ? p.sum - k : kGemmSum;
                const float* rows[R];
                for (int r = 0; r < count; ++r)
                    rows[r] = rowOf(*p.factor, p.first + begin + r, p.from + k, sum, wide[r]);
                transpose<R>(rows, count, sum, p.scale, out + k * R);
            }
        }
    }

    // Stored rows are the numbers of the sum.
    template <int R>
    static void packAcross(const Packing& p) {
        constexpr std::int64_t kChunk = kGemmCols / R * R;
        alignas(64) float wide[kGemmSum];
        for (std::int64_t begin = 0; begin < p.count; begin += kChunk) {
            const std::int64_t count = p.count - begin < kChunk ? p.count - begin : kChunk;
            for (std::int64_t k = 0; k < p.sum; ++k) {
                const float* row = rowOf(*p.factor, p.from + k, p.first + begin, count, wide);
                float* out = p.out + begin / R * p.panelStride + k * R;
                std::int64_t i = 0;
                for (; i + R <= count; i += R, out += p.panelStride) {
                    for (int r = 0; r < R; ++r)
                        out[r] = row[i + r] * p.scale;
                }
                if (i == count) continue;
                for (int r = 0; r < R; ++r)
                    out[r] = i + r < count ? row[i + r] * p.scale : 0.0F;
            }
        }
    }

    template <int R>
    static void pack(const Packing& p) {
        if (p.factor->across) {
            packAcross<R>(p);
        } else {
            packAlong<R>(p);
        }
    }
};

}  // namespace
}  // namespace dsm::cpu
