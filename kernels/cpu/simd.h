// What every cpu operation is built from: a few loops over numbers, in one build for each
// instruction set, chosen when the program runs. Blocks are the loops over weights in 8 and 4 bits,
// Levels those over cached keys and values in 8 bits.
//
// Exactness For one instruction set, every result is accumulated in one fixed order that depends on
//           its own inputs only: not on how many tokens or rows are computed beside it. A prompt at
//           once therefore equals the same prompt token by token, to the bit, on any number of
//           threads. Different instruction sets differ in the order of their sums, except over
//           blocks and levels.
// Threads   Every function may be called from any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "kernels/base/dtype.h"
#include "kernels/base/kv_panels.h"
#include "kernels/base/result.h"
#include "kernels/base/rounded_rows.h"
#include "kernels/base/views.h"

namespace dsm::cpu {

enum class Isa { Portable, Avx2, Avx512, Avx512Vnni, Neon };

inline constexpr int kPanelTokens = 48;  // 48 rows of 2048 numbers stay in a 1 MB cache
inline constexpr int kPanelRows = 8;

// out[t*kPanelRows + n] = dot(x[t], weight[row + n])       for t < tokens and n < rows
struct Panel {
    const float* const* x = nullptr;  // [tokens], each to weight->cols numbers
    int tokens = 0;                   // at most kPanelTokens
    const Weight* weight = nullptr;   // F32, BF16 or NF4
    std::int64_t row = 0;             // row 0 of the product
    int rows = 0;                     // 1 .. kPanelRows
    float* out = nullptr;
};

// out[t*16 + r] = row r of the panel times the rounded row t        for t < tokens
// A single token may meet several panels that follow each other: out[panel*16 + r].
struct BlockPanel {
    const std::byte* weights = nullptr;  // of weight_blocks.h
    DType type = DType::Q8;              // Q8 or Q4
    std::int64_t tiles = 0;
    const std::byte* rounded = nullptr;  // one group of rounded_rows.h
    int tokens = 0;                      // of the group, at most kRoundedGroup
    int panels = 1;                      // 1 where tokens are more
    int walk = 0;  // of a single token: an index of kTokenWalks (token_walk.h)
    float* out = nullptr;
};

struct Blocks {
    void (*panel)(const BlockPanel& panel);
    // Rounds the cols numbers at x into the place of token `token` in a group of `tokens`.
    void (*roundRow)(const float* x, std::int64_t cols, int token, int tokens, std::byte* group);
    // What a single token does best, where nobody has measured (token_walk.h).
    int q8Walk = 0, q4Walk = 0;
};

// Numbers in 16 bits: x[i] = scale * level[i], level -32512 .. 32512 = 127 * 256. What meets the
// bytes of a cache in 8 bits: their products are summed as whole numbers, exactly.
struct LevelRow {
    // In the order the instruction set likes: int16 [.], or the high and the low bytes apart.
    alignas(64) std::byte levels[2 * kMostHeadSize];
    std::int32_t sum = 0;  // of the levels
    float scale = 0;
};

// out[n][16*v + lane] = rows[n].scale * sum over i of level[n][i] * (byte[v][lane][i] - kKvBias)
//
// The bytes lie in panels, these in steps of four levels, and for each step in vectors of
// byte [16][4]: lane, level. Rows are shorter than 2 * kMostHeadSize.
struct LevelDots {
    const std::byte* bytes = nullptr;  // of the first panel, step and vector
    std::int64_t panels = 0, panelBytes = 0;
    std::int64_t steps = 0, stepBytes = 0;
    std::int64_t vectors = 0, vectorBytes = 0;
    const LevelRow* rows = nullptr;  // [count]
    int count = 0;
    float* const* out = nullptr;  // [count]
    // While one row waits for memory: how far ahead bytes are fetched, and what is read afterwards.
    std::int64_t aheadBytes = 0;
    const std::byte* next = nullptr;
};

struct Levels {
    // Rounds n numbers, n a multiple of 16; where one is not finite, neither is the scale.
    void (*round)(const float* x, std::int64_t n, LevelRow& row);
    void (*dots)(const LevelDots& dots);
};

// Attention of some queries over a stretch of cached positions of one key/value head: for each
// query the largest score, the sum of e^(score - largest) and the values weighted by it, from which
// merge() in attend_cpu.cpp makes the whole. A query sees the first counts[n] positions.
inline constexpr std::int64_t kStretchPositions = 256;
inline constexpr std::int64_t kPartialHead = 16;  // largest, sum, and padding to a cache line
struct AttendStretch {
    const std::byte* keys = nullptr;  // the panel of the first position (kv_panels.h)
    const std::byte* values = nullptr;
    KvType type = KvType::F32;
    std::int64_t headSize = 0;
    std::int64_t width = 0;                // paddedHead(headSize)
    std::int64_t panelBytes = 0;           // kvPanelBytes(type, headSize)
    std::int64_t scaleBytes = 0;           // kvScaleBytes(type)
    float scale = 0;                       // of the scores
    const Levels* levels = nullptr;        // of type Q8
    const float* const* q = nullptr;       // [queries], each headSize numbers
    const std::int64_t* counts = nullptr;  // [queries], 0 .. kStretchPositions
    int queries = 0;
    float* partials = nullptr;  // [queries]: kPartialHead, then width numbers
    std::int64_t partialStride = 0;
};

struct Simd {
    Isa isa = Isa::Portable;
    std::string_view name{};   // as DSM_CPU_ISA spells it
    std::string_view title{};  // for people

    void (*panel)(const Panel& panel) = nullptr;
    const Blocks* blocks = nullptr;
    const Levels* levels = nullptr;

    // out[i] = x[i] / sqrt(mean of x^2 + epsilon) * weight[i], for n numbers; out may be x.
    void (*norm)(const float* x, const void* weight, DType type, std::int64_t n, float epsilon,
                 float* out) = nullptr;
    void (*attend)(const AttendStretch& stretch) = nullptr;
    // out[i] = silu(gate[i]) * up[i], for n numbers.
    void (*gatedUnit)(const float* gate, const float* up, std::int64_t n, float* out) = nullptr;
};

// nullptr where this build or this machine lacks the instruction set.
const Simd* simdOf(Isa isa);

// Those that this build and this machine have, the widest last.
std::vector<const Simd*> everySimd();

// The one named by the environment variable DSM_CPU_ISA: portable, avx2, avx512, avx512vnni or
// neon. Where that is not set or empty, the widest this machine has.
//
// Errors  Unsupported: an unknown name, or one this machine lacks.
Result<const Simd*> simdOfEnvironment();

// simdOfEnvironment() as it was at the first call; where that fails, the failure goes to the log
// and the widest is taken.
const Simd& machineSimd();

}  // namespace dsm::cpu
