// Linear maps for training: weights that stay as they are, with LoRA factors, or that learn.
//
//   h[m,:]  = scaling * dropout(x[m,:]) A^T
//   y[m,:]  = (y[m,:] +) x[m,:] W^T + h[m,:] B^T
//
//   dh      = scaling * dY B                          not stored
//   dx[m,:] = (dx[m,:] +) sum over maps of dY W + dropout(dh A)
//   dB     += dY^T h         dA += dh^T dropout(x)        dW += dY^T x
//
// A group is one input with the maps that read it: query, key and value; or gate and up of one
// expert, whose tokens are the listed rows of x. All groups of a call are computed side by side, so
// that many small experts are as fast as one large product. How many rows an expert has, only the
// router knows, maybe on a device: a group then names the place where its range of the slots
// stands.
//
// The weight may be of any type that can be computed with. Unlike generation (views.h), training
// never rounds the inputs of Q8 and Q4 weights: weights are widened to float32 and multiplied with
// the inputs as they are, since a rounding has no derivative to learn from.
//
// Source    LoRA, arXiv 2106.09685; QLoRA, arXiv 2305.14314.
// Letters   M rows of the group, K inputs, N outputs, r rank.
// Ownership Borrows every view for the call. Allocates the lists of its products; the rest of its
//           memory is scratch.
// Scratch   linearForwardScratch() and linearBackwardScratch().
// Errors    None. A wrong shape, or a rank above kMostRank, is the caller's bug (CHECK).
// Device    Groups and maps lie on the host, what their views show on the device.
// Parity    |out - reference| <= 4e-5 * max |reference|: the sums' order differs. Of cuda
//           kBf16Products * max |reference|: its tensor cores round both operands to bfloat16,
//           each by up to 2^-9 of it, a product by up to 2^-8; with factors two such products
//           follow each other. Sums stay in float32. `precise` groups are as near as the cpu's:
//           their operands are sums of two bfloat16.
#pragma once

#include <span>

#include "kernels/base/dropout.h"
#include "kernels/base/op_context.h"
#include "kernels/base/views.h"

namespace dsm {

inline constexpr std::int64_t kMostRank = 256;
inline constexpr double kBf16Products = 0x1p-7;

template <class T>
struct LoraFactors {
    Matrix<const float> a;  // [r, K]; no data: none
    Matrix<const float> b;  // [N, r]
    float scaling = 1;
    Dropout dropout;   // of x, place m*K + k
    Matrix<T> hidden;  // [M, r] h: forward out, backward in
    Matrix<T> dA;      // [r, K], added to
    Matrix<T> dB;      // [N, r], added to
};

template <class T>
struct LinearMap {
    Weight weight;  // [N, K]
    LoraFactors<T> lora;
    Matrix<T> y;  // [M, N] forward: out
    bool addToY = false;
    Matrix<const T> dY;  // [rows, N] backward: in
    Matrix<T> dWeight;   // [N, K], added to; no data where the weight stays as it is
};

template <class T>
struct LinearGroup {
    Matrix<const T> x;                     // [rows, K]
    const std::int32_t* rows = nullptr;    // [M] of x; nullptr: the first M
    std::int64_t count = 0;                // M
    const std::int32_t* dYRows = nullptr;  // [M] of each dY; nullptr: the first M
    std::span<const LinearMap<T>> maps;
    Matrix<T> dx;  // [M, K] backward: out; no data where nobody asks for it
    bool addToDx = false;
    // Where it is not nullptr, the group has the part [range[0], range[1]) alone of all that is of
    // M rows above; `count` is the most that this may be. Groups whose hidden is the same share it,
    // and have the same rank.
    const std::int32_t* range = nullptr;
    bool precise = false;
};

template <class T>
struct LinearArgs {
    std::span<const LinearGroup<T>> groups;
};

namespace reference {
template <class T>
void linearForward(OpContext& context, const LinearArgs<T>& args);
template <class T>
void linearBackward(OpContext& context, const LinearArgs<T>& args);
template <class T>
std::int64_t linearForwardScratch(const OpContext&, const LinearArgs<T>&) {
    return 0;
}
template <class T>
std::int64_t linearBackwardScratch(const OpContext&, const LinearArgs<T>&) {
    return 0;
}
}  // namespace reference
namespace cpu {
void linearForward(OpContext& context, const LinearArgs<float>& args);
void linearBackward(OpContext& context, const LinearArgs<float>& args);
std::int64_t linearForwardScratch(const OpContext& context, const LinearArgs<float>& args);
std::int64_t linearBackwardScratch(const OpContext& context, const LinearArgs<float>& args);
}  // namespace cpu
namespace cuda {
void linearForward(OpContext& context, const LinearArgs<float>& args);
void linearBackward(OpContext& context, const LinearArgs<float>& args);
std::int64_t linearForwardScratch(const OpContext& context, const LinearArgs<float>& args);
std::int64_t linearBackwardScratch(const OpContext& context, const LinearArgs<float>& args);
}  // namespace cuda

}  // namespace dsm
