// The loops of attention over one stretch of cached positions, written once over a type of lanes.
// What loops/simd.h says of such files holds here too.
//
// Every query's sums run over columns and positions in ascending order, whatever is computed beside
// it: sharing keys and values between queries only saves reading them. A cache in 8 bits is met in
// whole numbers (Levels), whose sums are exact in any order.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cpu/simd.h"

namespace dsm::cpu {
namespace {

template <class V, class L>
struct AttendLoops {
    using F = typename V::F;

    static constexpr int kVectors = 16 / V::kWidth;  // of a panel's positions
    template <class W>
    static constexpr std::int64_t kColumnsPerLine = 64 / (16 * std::int64_t{sizeof(W)});
    static constexpr std::int64_t kKeyPanels = 8;  // of 8 bits, that are read side by side
    static constexpr int kAheadBytes = 2048;  // how far ahead of a value the next ones are fetched

    // score[n][s] = q[n] . key[s] for N queries and P panels from `panel` on, before scales.
    template <int N, int P, class W>
    static void scores(const AttendStretch& a, const float* const* q, std::int64_t panel,
                       float (*score)[kStretchPositions]) {
        const std::int64_t panelBytes = a.panelBytes;
        // Of the panels' values, for one column of keys.
        constexpr std::int64_t kLineBytes = P * 16;
        [[maybe_unused]] const std::byte* values = a.values + panel * panelBytes;
        const W* keys[P];
        const float* in[N];
        F acc[N][P][kVectors];
#pragma GCC unroll 4
        for (int p = 0; p < P; ++p) {
            keys[p] = reinterpret_cast<const W*>(a.keys + (panel + p) * panelBytes + a.scaleBytes);
        }
#pragma GCC unroll 8
        for (int n = 0; n < N; ++n) {
            in[n] = q[n];
#pragma GCC unroll 4
            for (int p = 0; p < P; ++p) {
#pragma GCC unroll 4
                for (int v = 0; v < kVectors; ++v)
                    acc[n][p][v] = V::zero();
            }
        }
        for (std::int64_t i = 0; i < a.headSize; ++i) {
            if constexpr (N == 1) {
                if (i % kColumnsPerLine<W> == 0) {
#pragma GCC unroll 4
                    for (int p = 0; p < P; ++p) {
                        __builtin_prefetch(keys[p] + i * 16 +
                                           P * panelBytes / std::int64_t{sizeof(W)});
                    }
                }
                // Meanwhile the values of these positions, which are read next.
#pragma GCC unroll 4
                for (std::size_t line = 0; line < sizeof(W); ++line)
                    __builtin_prefetch(values + (i * std::int64_t{sizeof(W)} + line) * kLineBytes,
                                       0, 2);
            }
            F x[N];
#pragma GCC unroll 8
            for (int n = 0; n < N; ++n)
                x[n] = V::set(in[n][i]);
#pragma GCC unroll 4
            for (int p = 0; p < P; ++p) {
#pragma GCC unroll 4
                for (int v = 0; v < kVectors; ++v) {
                    const F key = V::inRegister(V::load(keys[p] + i * 16 + v * V::kWidth));
#pragma GCC unroll 8
                    for (int n = 0; n < N; ++n)
                        acc[n][p][v] = V::fma(key, x[n], acc[n][p][v]);
                }
            }
        }
#pragma GCC unroll 8
        for (int n = 0; n < N; ++n) {
#pragma GCC unroll 4
            for (int p = 0; p < P; ++p) {
#pragma GCC unroll 4
                for (int v = 0; v < kVectors; ++v)
                    V::store(score[n] + (panel + p) * 16 + v * V::kWidth, acc[n][p][v]);
            }
        }
    }

    // For the first `panels` panels. One query takes several panels at once, so that enough sums
    // are under way.
    template <int N, class W>
    static void scoresOf(const AttendStretch& a, const float* const* q, std::int64_t panels,
                         float (*score)[kStretchPositions]) {
        constexpr int kPanels = N == 1 ? V::kScorePanels : 1;
        std::int64_t p = 0;
        for (; p + kPanels <= panels; p += kPanels)
            scores<N, kPanels, W>(a, q, p, score);
        for (; p < panels; ++p)
            scores<N, 1, W>(a, q, p, score);
    }

    // The scores of the first `panels` panels for N rounded queries.
    template <int N>
    static void levelScores(const AttendStretch& a, const LevelRow* q, std::int64_t panels,
                            float (*score)[kStretchPositions]) {
        float* out[N];
        for (int n = 0; n < N; ++n)
            out[n] = score[n];
        a.levels->dots({.bytes = a.keys + a.scaleBytes,
                        .panels = 1,
                        .steps = a.width / 4,
                        .stepBytes = 64,
                        .vectors = panels,
                        .vectorBytes = a.panelBytes,
                        .rows = q,
                        .count = N,
                        .out = out,
                        .aheadBytes = kKeyPanels * a.panelBytes,
                        .next = a.values});
    }

    // sum[n] = sum over the first `panels` panels of weight[n][s] * value[s], rounded weights.
    template <int N>
    static void levelSums(const AttendStretch& a, const LevelRow* weight, std::int64_t panels,
                          float* const* sum) {
        a.levels->dots({.bytes = a.values + a.scaleBytes,
                        .panels = panels,
                        .panelBytes = a.panelBytes,
                        .steps = 4,
                        .stepBytes = a.width * 4,
                        .vectors = a.width / 16,
                        .vectorBytes = 64,
                        .rows = weight,
                        .count = N,
                        .out = sum,
                        .aheadBytes = kAheadBytes,
                        .next = a.keys + kStretchPositions / 16 * a.panelBytes});
    }

    // score = e^(scale * keyScale * score - max) for the first `count`, 0 up to the panel's end.
    static void weigh(const AttendStretch& a, std::int64_t count, float* score, float* partial) {
        const std::int64_t padded = (count + 15) / 16 * 16;
        const std::int64_t panelBytes = a.panelBytes;
        if (a.type == KvType::Q8) {
            for (std::int64_t s = 0; s < padded; s += V::kWidth) {
                const std::byte* panel = a.keys + s / 16 * panelBytes;
                const F scale = V::load(reinterpret_cast<const float*>(panel) + s % 16);
                V::store(score + s, V::mul(V::load(score + s), scale));
            }
        }
        const float most = L::largest(score, count);
        const F shift = V::set(most);
        const F factor = V::set(a.scale);
        F total = V::zero();
        for (std::int64_t s = 0; s < padded; s += V::kWidth) {
            F e = L::exponential(V::mul(V::sub(V::load(score + s), shift), factor));
            if (s + V::kWidth > count) {
                float lanes[V::kWidth];
                V::store(lanes, e);
                for (std::int64_t i = 0; i < V::kWidth; ++i)
                    lanes[i] = s + i < count ? lanes[i] : 0.0F;
                e = V::load(lanes);
            }
            V::store(score + s, e);
            total = V::add(total, e);
        }
        partial[0] = most * a.scale;
        partial[1] = V::sum(total);
        if (a.type != KvType::Q8) return;
        for (std::int64_t s = 0; s < padded; s += V::kWidth) {
            const std::byte* panel = a.values + s / 16 * panelBytes;
            const F scale = V::load(reinterpret_cast<const float*>(panel) + s % 16);
            V::store(score + s, V::mul(V::load(score + s), scale));
        }
    }

    // The same where a query may see none of the positions.
    static void weighOrNone(const AttendStretch& a, std::int64_t count, float* score,
                            float* partial) {
        if (count > 0) {
            weigh(a, count, score, partial);
        } else {
            partial[0] = -__builtin_huge_valf();
            partial[1] = 0;
        }
    }

    // sum[n][0 .. C vectors) += weight[n][s] * value[s] for s in [from, to).
    template <int N, int C, class W>
    static void accumulate(const AttendStretch& a, const float* const* weight, std::int64_t column,
                           std::int64_t from, std::int64_t to, float* const* sum) {
        const std::int64_t panelBytes = a.panelBytes;
        const std::int64_t width = a.width;
        F acc[N][C];
#pragma GCC unroll 4
        for (int n = 0; n < N; ++n) {
#pragma GCC unroll 8
            for (int c = 0; c < C; ++c)
                acc[n][c] = V::load(sum[n] + column + c * V::kWidth);
        }
        for (std::int64_t s = from; s < to; ++s) {
            const W* row =
                reinterpret_cast<const W*>(a.values + s / 16 * panelBytes + a.scaleBytes) +
                s % 16 * width + column;
            if constexpr (N == 1) {
                // Meanwhile the keys that follow this stretch's.
                __builtin_prefetch(a.keys + kStretchPositions / 16 * panelBytes + s * 64, 0, 2);
#pragma GCC unroll 8
                for (int byte = 0; byte < C * V::kWidth * int{sizeof(W)}; byte += 64)
                    __builtin_prefetch(reinterpret_cast<const char*>(row) + kAheadBytes + byte);
            }
            F share[N];
#pragma GCC unroll 4
            for (int n = 0; n < N; ++n)
                share[n] = V::set(weight[n][s]);
#pragma GCC unroll 8
            for (int c = 0; c < C; ++c) {
                const F value = V::inRegister(V::load(row + c * V::kWidth));
#pragma GCC unroll 4
                for (int n = 0; n < N; ++n)
                    acc[n][c] = V::fma(share[n], value, acc[n][c]);
            }
        }
#pragma GCC unroll 4
        for (int n = 0; n < N; ++n) {
#pragma GCC unroll 8
            for (int c = 0; c < C; ++c)
                V::store(sum[n] + column + c * V::kWidth, acc[n][c]);
        }
    }

    template <int N, class W>
    static void accumulateColumns(const AttendStretch& a, const float* const* weight,
                                  std::int64_t from, std::int64_t to, float* const* sum) {
        const std::int64_t width = a.width;
        std::int64_t column = 0;
        for (; column + V::kValueVectors * V::kWidth <= width;
             column += V::kValueVectors * V::kWidth)
            accumulate<N, V::kValueVectors, W>(a, weight, column, from, to, sum);
        for (; column < width; column += V::kWidth)
            accumulate<N, 1, W>(a, weight, column, from, to, sum);
    }

    // N queries of the group at once.
    template <int N, class W>
    static void queries(const AttendStretch& a, int first) {
        float score[N][kStretchPositions];
        std::int64_t most = 0;
        std::int64_t least = kStretchPositions;
        for (int n = 0; n < N; ++n) {
            most = a.counts[first + n] > most ? a.counts[first + n] : most;
            least = a.counts[first + n] < least ? a.counts[first + n] : least;
        }
        scoresOf<N, W>(a, a.q + first, (most + 15) / 16, score);
        const float* weight[N];
        float* sum[N];
        for (int n = 0; n < N; ++n) {
            float* partial = a.partials + (first + n) * a.partialStride;
            weight[n] = score[n];
            sum[n] = partial + kPartialHead;
            for (std::int64_t i = 0; i < a.width; ++i)
                sum[n][i] = 0;
            weighOrNone(a, a.counts[first + n], score[n], partial);
        }
        constexpr int kShared = V::kValueQueries;
        int n = 0;
        for (; n + kShared <= N; n += kShared)
            accumulateColumns<kShared, W>(a, weight + n, 0, least, sum + n);
        for (; n < N; ++n)
            accumulateColumns<1, W>(a, weight + n, 0, least, sum + n);
        for (n = 0; n < N; ++n)
            accumulateColumns<1, W>(a, weight + n, least, a.counts[first + n], sum + n);
    }

    // The same over a cache in 8 bits.
    template <int N>
    static void levelQueries(const AttendStretch& a, int first) {
        static_assert(kStretchPositions <= kMostHeadSize);
        float score[N][kStretchPositions];
        LevelRow rows[N];
        std::int64_t panels = 0;
        for (int n = 0; n < N; ++n) {
            const std::int64_t seen = (a.counts[first + n] + 15) / 16;
            panels = seen > panels ? seen : panels;
            float q[kMostHeadSize];
            for (std::int64_t i = 0; i < a.width; ++i)
                q[i] = i < a.headSize ? a.q[first + n][i] : 0.0F;
            a.levels->round(q, a.width, rows[n]);
        }
        levelScores<N>(a, rows, panels, score);
        float* sum[N];
        for (int n = 0; n < N; ++n) {
            float* partial = a.partials + (first + n) * a.partialStride;
            sum[n] = partial + kPartialHead;
            weighOrNone(a, a.counts[first + n], score[n], partial);
            for (std::int64_t s = a.counts[first + n]; s < panels * 16; ++s)
                score[n][s] = 0;
            a.levels->round(score[n], panels * 16, rows[n]);
        }
        levelSums<N>(a, rows, panels, sum);
    }

    template <int N, class W>
    static void queriesFrom(const AttendStretch& a, int first) {
        if constexpr (N > 0) {
            for (; a.queries - first >= N; first += N) {
                if constexpr (sizeof(W) == 1) {
                    levelQueries<N>(a, first);
                } else {
                    queries<N, W>(a, first);
                }
            }
            queriesFrom<N / 2, W>(a, first);
        }
    }

    static void stretch(const AttendStretch& a) {
        if (a.type == KvType::F32) {
            queriesFrom<V::kScoreQueries, float>(a, 0);
        } else if (a.type == KvType::BF16) {
            queriesFrom<V::kScoreQueries, std::uint16_t>(a, 0);
        } else {
            queriesFrom<V::kScoreQueries, std::int8_t>(a, 0);
        }
    }
};

}  // namespace
}  // namespace dsm::cpu
