// The loops over weights in 8 and 4 bits and over rounded rows, written once over a type of lanes.
// What loops/simd.h says of such files holds here too.
//
// Sixteen rows of a panel lie side by side in the lanes of one or more vectors. For each block of
// 32 columns a lane sums whole numbers, exactly, and then adds scale * sum to its float32 result:
// one order of sums on every machine, so that all instruction sets with fused multiply-add give the
// same bits.
//
// A type of lanes V has
//   F, I         float32 and int32 vectors of kLanes lanes; Bytes: 4 * kLanes levels, prepared
//   kTokens      tokens that share the weights in registers, <= kRoundedGroup
//   kQ8Walk, kQ4Walk   how a single token goes through memory, where nobody has measured
//   q8(p)        four levels per lane from 4 * kLanes bytes; q4(p, low, high) two times four
//   start(n)     the first value of a sum: offset n (rounded_rows.h) where dot() reads level + 128
//   dot(s, w, p) s + sum of w's four levels times the four bytes at p, lane by lane
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "kernels/cpu/simd.h"
#include "kernels/cpu/token_walk.h"

namespace dsm::cpu {
namespace {

template <class V>
struct BlockLoops {
    using F = typename V::F;
    using I = typename V::I;
    using Bytes = typename V::Bytes;

    // The numbers of weight_blocks.h and rounded_rows.h, settled when this is compiled.
    static constexpr int kRows = kBlockRows;
    static constexpr int kParts = kRows / V::kLanes;
    static constexpr int kCols = kBlockCols;
    static constexpr std::int64_t kScaleBytes = 2 * kRows * 2;  // of a tile: two blocks of F16
    static constexpr std::int64_t kNumberBytes = 4;             // a rounded scale, an offset
    static constexpr int kTokensAtOnce = 4;

    struct Q8 {
        static constexpr std::int64_t kLevelBytes = blockLevelBytes(DType::Q8);
        static constexpr std::int64_t kTileBytes = tileBytes(DType::Q8);

        static void load(const std::byte* levels, int part, Bytes* w) {
#pragma GCC unroll 8
            for (int i = 0; i < 8; ++i)
                w[i] = V::q8(levels + i * 64 + part * V::kLanes * 4);
        }
    };
    struct Q4 {
        static constexpr std::int64_t kLevelBytes = blockLevelBytes(DType::Q4);
        static constexpr std::int64_t kTileBytes = tileBytes(DType::Q4);

        static void load(const std::byte* levels, int part, Bytes* w) {
#pragma GCC unroll 4
            for (int i = 0; i < 4; ++i)
                V::q4(levels + i * 64 + part * V::kLanes * 4, w[i], w[i + 4]);
        }
    };

    template <class T>
    static T loadAs(const std::byte* p) {
        T value;
        __builtin_memcpy(&value, p, sizeof value);
        return value;
    }

    // out[t*16 + r] for N tokens of a group of p.tokens, the first of which is `first`; or
    // out[panel*16 + r] for the group's only token and P panels from `panel` on, fetched as kWalk says.
    template <class Format, int N, int P, std::size_t kWalk = 0>
    static void product(const BlockPanel& p, int first, int panel) {
        static_assert(N == 1 || P == 1);
        const std::int64_t panelBytes = p.tiles * Format::kTileBytes;
        const std::byte* tile = p.weights + panel * panelBytes;
        const std::byte* levels = p.rounded + first * kCols;
        const std::byte* scales = p.rounded + p.tokens * kCols + first * kNumberBytes;
        const std::byte* offsets = scales + p.tokens * kNumberBytes;
        const std::int64_t step = p.tokens * kRoundedBlockBytes;
        F acc[P][kParts][N];
#pragma GCC unroll 4
        for (int q = 0; q < P; ++q) {
#pragma GCC unroll 4
            for (int part = 0; part < kParts; ++part) {
#pragma GCC unroll 12
                for (int n = 0; n < N; ++n)
                    acc[q][part][n] = V::zero();
            }
        }
        for (std::int64_t i = 0; i < p.tiles; ++i) {
            if constexpr (N == 1) fetchAhead<Format, P, kWalk>(tile, panelBytes);
#pragma GCC unroll 2
            for (int block = 0; block < 2; ++block) {
#pragma GCC unroll 4
                for (int q = 0; q < P; ++q) {
                    addBlock<Format, N>(tile + q * panelBytes, block, levels, scales, offsets,
                                        acc[q]);
                }
                levels += step;
                scales += step;
                offsets += step;
            }
            tile += Format::kTileBytes;
        }
        float* out = p.out + (first + panel) * kRows;
#pragma GCC unroll 4
        for (int q = 0; q < P; ++q) {
#pragma GCC unroll 12
            for (int n = 0; n < N; ++n) {
#pragma GCC unroll 4
                for (int part = 0; part < kParts; ++part)
                    V::store(out + (q + n) * kRows + part * V::kLanes, acc[q][part][n]);
            }
        }
    }

    template <class Format, int P, std::size_t kWalk>
    __attribute__((always_inline)) static void fetchAhead(const std::byte* tile,
                                                          std::int64_t panelBytes) {
        constexpr std::int64_t kAhead = kTokenWalks[kWalk].aheadBytes;
        constexpr int kLocality = kTokenWalks[kWalk].locality;
        if constexpr (kAhead > 0) {
#pragma GCC unroll 4
            for (int q = 0; q < P; ++q) {
#pragma GCC unroll 20
                for (std::int64_t line = 0; line < Format::kTileBytes; line += 64)
                    __builtin_prefetch(tile + q * panelBytes + kAhead + line, 0, kLocality);
            }
        }
    }

    // acc[part][n] += scales * (sum of the block's levels times those of the token)
    template <class Format, int N>
    __attribute__((always_inline)) static void addBlock(const std::byte* tile, int block,
                                                        const std::byte* levels,
                                                        const std::byte* scales,
                                                        const std::byte* offsets,
                                                        F (&acc)[kParts][N]) {
#pragma GCC unroll 4
        for (int part = 0; part < kParts; ++part) {
            const F scale = V::half(tile + block * kRows * 2 + part * V::kLanes * 2);
            Bytes w[8];
            Format::load(tile + kScaleBytes + block * Format::kLevelBytes, part, w);
            // Several sums at a time: one alone would wait for its own last product.
#pragma GCC unroll 12
            for (int from = 0; from < N; from += kTokensAtOnce) {
                const int to = from + kTokensAtOnce < N ? from + kTokensAtOnce : N;
                I sum[kTokensAtOnce];
#pragma GCC unroll 4
                for (int n = from; n < to; ++n)
                    sum[n - from] = V::start(loadAs<std::int32_t>(offsets + n * kNumberBytes));
#pragma GCC unroll 8
                for (int k = 0; k < 8; ++k) {
#pragma GCC unroll 4
                    for (int n = from; n < to; ++n)
                        sum[n - from] = V::dot(sum[n - from], w[k], levels + n * kCols + k * 4);
                }
#pragma GCC unroll 4
                for (int n = from; n < to; ++n) {
                    const F factor =
                        V::mul(scale, V::set(loadAs<float>(scales + n * kNumberBytes)));
                    acc[part][n] = V::fma(V::toFloat(sum[n - from]), factor, acc[part][n]);
                }
            }
        }
    }

    // All tokens of the group: as many at once as registers hold, then the rest.
    template <class Format, int N>
    static void tokensFrom(const BlockPanel& p, int first) {
        if constexpr (N > 0) {
            for (; p.tokens - first >= N; first += N)
                product<Format, N, 1>(p, first, 0);
            if (first < p.tokens) tokensFrom<Format, N - 1>(p, first);
        }
    }

    template <class Format>
    static void panelsOf(const BlockPanel& p) {
        if (p.tokens > 1) return tokensFrom<Format, V::kTokens>(p, 0);
        walkOf<Format>(p, std::make_index_sequence<kTokenWalks.size()>());
    }

    template <class Format, std::size_t... kWalk>
    static void walkOf(const BlockPanel& p, std::index_sequence<kWalk...>) {
        static constexpr void (*kWalks[])(const BlockPanel&) = {walk<Format, kWalk>...};
        kWalks[p.walk](p);
    }

    template <class Format, std::size_t kWalk>
    static void walk(const BlockPanel& p) {
        constexpr int kAtOnce = kTokenWalks[kWalk].panels;
        int panel = 0;
        for (; panel + kAtOnce <= p.panels; panel += kAtOnce)
            product<Format, 1, kAtOnce, kWalk>(p, 0, panel);
        for (; panel < p.panels; ++panel)
            product<Format, 1, 1>(p, 0, panel);
    }

    static void panel(const BlockPanel& p) {
        if (p.type == DType::Q8) {
            panelsOf<Q8>(p);
        } else {
            panelsOf<Q4>(p);
        }
    }

    // The definition of rounded_rows.h for one block of 32 numbers.
    static void roundBlock(const float* x, std::byte* levels, std::byte* scale, std::byte* offset) {
        const float most = V::largestMagnitude(x);
        const float inverse = most >= kLeastRounded ? 127.0F / most : 0.0F;
        const float quotient = most / 127.0F;
        const std::int32_t bias = -128 * V::roundLevels(x, inverse, levels);
        __builtin_memcpy(scale, &quotient, sizeof quotient);
        __builtin_memcpy(offset, &bias, sizeof bias);
    }

    static void roundRow(const float* x, std::int64_t cols, int token, int tokens,
                         std::byte* group) {
        const std::int64_t step = tokens * kRoundedBlockBytes;
        const std::int64_t filled = (cols + kTileCols - 1) / kTileCols * kTileCols;
        std::byte* levels = group + token * kCols;
        std::byte* scale = group + tokens * kCols + token * kNumberBytes;
        for (std::int64_t i = 0; i < filled; i += kCols, levels += step, scale += step) {
            const float* block = x + i;
            float padded[kCols] = {};
            if (i + kCols > cols) {
                for (std::int64_t c = 0; i + c < cols; ++c)
                    padded[c] = block[c];
                block = padded;
            }
            roundBlock(block, levels, scale, scale + tokens * kNumberBytes);
        }
    }
};

template <class V>
constexpr Blocks makeBlocks() {
    return {.panel = BlockLoops<V>::panel,
            .roundRow = BlockLoops<V>::roundRow,
            .q8Walk = V::kQ8Walk,
            .q4Walk = V::kQ4Walk};
}

}  // namespace
}  // namespace dsm::cpu
