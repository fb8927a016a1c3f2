// What the cpu operations of training are built from: the loops of simd.h's kind that only training
// needs, in one build for each instruction set.
//
// Threads  Every function may be called from any thread.
#pragma once

#include <cstdint>

#include "kernels/base/op_context.h"
#include "kernels/cpu/factor.h"
#include "kernels/cpu/simd.h"

namespace dsm::cpu {

// Stored rows or columns [first, first + count) of a factor and [from, from + sum) of its sum, as
// panels of so many rows: out[panel][k][row]. Rows that fill up a panel are 0.
struct Packing {
    const Factor* factor = nullptr;
    std::int64_t first = 0;
    std::int64_t count = 0;
    std::int64_t from = 0;
    std::int64_t sum = 0;
    float scale = 1;
    float* out = nullptr;
    std::int64_t panelStride = 0;  // numbers from one panel to the next
};

// The hyperparameters of one step of AdamW (kernels/ops/train/adamw.h).
struct AdamWStep {
    float rate = 0;     // learning rate, corrected for the first moment's start
    float decayed = 1;  // 1 - learning rate * decay
    float beta1 = 0, beta2 = 0;
    float fresh1 = 0, fresh2 = 0;  // 1 - beta, rounded once
    float epsilon = 1e-8F;
    float secondScale = 1;    // 1 / sqrt(1 - beta2^step)
    float gradientScale = 1;  // of clipping
};

struct TrainLoops {
    int rows = 0;  // of a left panel
    int cols = 0;  // of a right one

    void (*packLeft)(const Packing& packing);
    void (*packRight)(const Packing& packing);
    // c[i,j] (+)= sum over k < sum of a[k][i] * b[k][j], for the first `rows` x `cols` of a tile.
    void (*tile)(const float* a, const float* b, std::int64_t sum, float* c, std::int64_t stride,
                 int rows, int cols, bool add);

    // out = x * scale * weight, and the scale.
    float (*norm)(const float* x, const void* weight, DType type, std::int64_t n, float epsilon,
                  float* out);
    // dx += what kernels/ops/train/norm.h says.
    void (*normBackward)(const float* dOut, const float* x, const void* weight, DType type,
                         std::int64_t n, float scale, float* dx);
    // out = factor * silu(gate) * up
    void (*gated)(const float* gate, const float* up, float factor, std::int64_t n, float* out);
    // dGate and dUp of the same, and the sum of dOut * silu(gate) * up. dGate may be gate, dUp up.
    float (*gatedBackward)(const float* dOut, const float* gate, const float* up, float factor,
                           std::int64_t n, float* dGate, float* dUp);
    void (*add)(const float* x, std::int64_t n, float* out);  // out += x
    // out += x * y * scale
    void (*addProduct)(const float* x, const float* y, float scale, std::int64_t n, float* out);
    float (*dot)(const float* x, const float* y, std::int64_t n);
    float (*largest)(const float* x, std::int64_t n);
    // x = e^(scale * x - shift); returns the sum.
    float (*exponentials)(float* x, std::int64_t n, float scale, float shift);
    // x = x * factor
    void (*multiply)(float* x, std::int64_t n, float factor);
    // ds = p * (ds - delta) * scale
    void (*softmaxBackward)(const float* p, float* ds, std::int64_t n, float delta, float scale);
    // out = keep(key, first + i) ? x / (1 - rate) : 0, or the same added to out (dropout.h)
    void (*dropout)(const float* x, std::int64_t n, std::uint64_t key, std::int64_t first,
                    std::uint32_t threshold, float scale, bool add, float* out);
    void (*adamW)(float* weight, const float* gradient, float* first, float* second, std::int64_t n,
                  const AdamWStep& step);
    double (*sumOfSquares)(const float* x, std::int64_t n);
};

// Those of an instruction set that simdOf() gives, or of a narrower one.
const TrainLoops& trainLoopsOf(Isa isa);
inline const TrainLoops& trainLoopsOf(const OpContext& context) {
    return trainLoopsOf(context.simd != nullptr ? context.simd->isa : machineSimd().isa);
}

}  // namespace dsm::cpu
