// What every cpu operation is built from: a few loops over numbers, in one build for each
// instruction set, chosen when the program runs.
//
// Exactness For one instruction set, every result is accumulated in one fixed order that depends on
//           its own inputs only: not on how many tokens or rows are computed beside it. A prompt at
//           once therefore equals the same prompt token by token, to the bit, on any number of
//           threads. Different instruction sets differ in the order of their sums.
// Threads   Every function may be called from any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "kernels/base/dtype.h"
#include "kernels/base/result.h"

namespace dsm::cpu {

enum class Isa { Portable, Avx2, Avx512 };

inline constexpr int kPanelTokens = 48;  // 48 rows of 2048 numbers stay in a 1 MB cache
inline constexpr int kPanelRows = 8;

// out[t*kPanelRows + n] = dot(x[t], row n of weights)      for t < tokens and n < rows
struct Panel {
    const float* const* x = nullptr;  // [tokens], each to k numbers
    int tokens = 0;                   // at most kPanelTokens
    const void* weights = nullptr;    // row n begins n * stride numbers further on
    DType type = DType::F32;          // of the weights: F32 or BF16
    int rows = 0;                     // 1 .. kPanelRows
    std::int64_t stride = 0;
    std::int64_t k = 0;
    float* out = nullptr;
};

struct Simd {
    Isa isa = Isa::Portable;
    std::string_view name;   // as DSM_CPU_ISA spells it
    std::string_view title;  // for people

    void (*panel)(const Panel& panel);

    // out[i] = x[i] / sqrt(mean of x^2 + epsilon) * weight[i], for n numbers; out may be x.
    void (*norm)(const float* x, const void* weight, DType type, std::int64_t n, float epsilon,
                 float* out);
    // values[i] *= scale, then values = softmax(values), for n >= 1 numbers.
    void (*softmax)(float* values, std::int64_t n, float scale);
    // out[i] = sum over s < rows of share[s] * values[s*stride + i], for i < n.
    void (*weightedSum)(const float* share, const float* values, std::int64_t rows,
                        std::int64_t stride, std::int64_t n, float* out);
    // out[i] = silu(gate[i]) * up[i], for n numbers.
    void (*gatedUnit)(const float* gate, const float* up, std::int64_t n, float* out);
};

// nullptr where this build or this machine lacks the instruction set.
const Simd* simdOf(Isa isa);

// The one named by the environment variable DSM_CPU_ISA (portable, avx2 or avx512); where that is
// not set or empty, the widest this machine has.
// Errors  Unsupported: an unknown name, or one this machine lacks.
Result<const Simd*> simdOfEnvironment();

// simdOfEnvironment() as it was at the first call; where that fails, the failure goes to the log
// and the widest is taken.
const Simd& machineSimd();

}  // namespace dsm::cpu
