// Cross entropy: the loss of some rows of logits and its gradient, in place.
//
//   loss[i]     = log sum over v of e^logits[i,v] - logits[i, label[i]]
//   logits[i,v] = scale * (softmax_v(logits[i,:])[v] - (v == label[i]))            out
//
// A row whose label is kNoLabel counts for nothing: its loss and its gradient are zeros.
//
// Rows are few at a time (engine/train/pass.h), so that the logits of a batch never exist at once.
//
// Letters   R rows, V vocabulary.
// Ownership Borrows every view for the call; allocates nothing.
// Errors    None. A label outside the vocabulary is the caller's bug (CHECK).
// Parity    |gradient - reference| <= 2e-5 * scale, |loss - reference| <= 1e-5 * (1 + |loss|).
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "kernels/base/op_context.h"
#include "kernels/base/views.h"
#include "kernels/ops/shapes.h"

namespace dsm {

inline constexpr std::int32_t kNoLabel = -1;

template <class T>
struct CrossEntropyArgs {
    Matrix<T> logits;                      // [R, V] in, and its gradient out
    std::span<const std::int32_t> labels;  // [R]
    double scale = 1;
    std::span<double> loss;  // [R] out
    // On a device, where it is not nullptr, the scale stands there when the operation runs.
    const double* scaleThere = nullptr;
};

template <class T>
void checkShapes(const CrossEntropyArgs<T>& a, Memory memory = Memory::Host) {
    DSM_CHECK(lengthOf(a.labels) == a.logits.rows && lengthOf(a.loss) == a.logits.rows);
    DSM_CHECK(memory == Memory::Device ||
              std::all_of(a.labels.begin(), a.labels.end(), [&](std::int32_t label) {
                  return label >= kNoLabel && label < a.logits.cols;
              }));
}

namespace reference {
template <class T>
void crossEntropy(OpContext& context, const CrossEntropyArgs<T>& args);
}
namespace cpu {
void crossEntropy(OpContext& context, const CrossEntropyArgs<float>& args);
}
namespace cuda {
void crossEntropy(OpContext& context, const CrossEntropyArgs<float>& args);
}  // namespace cuda

}  // namespace dsm
