// Embedding for training: the rows of the tokens' ids, and the gradient of the table.
//
//   x[t,:]           = table[id[t],:]
//   dTable[id[t],:] += dx[t,:]           tokens in ascending order
//
// Letters   T tokens, V vocabulary, D hidden size.
// Ownership Borrows every view for the call; allocates nothing.
// Errors    None. An id outside the table is the caller's bug (CHECK).
// Parity    Equal to the bit.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/base/op_context.h"
#include "kernels/base/views.h"
#include "kernels/ops/shapes.h"

namespace dsm {

template <class T>
struct EmbeddingForwardArgs {
    std::span<const std::int32_t> ids;  // [T]
    Weight table;                       // [V, D]
    Matrix<T> x;                        // [T, D] out
};

template <class T>
struct EmbeddingBackwardArgs {
    std::span<const std::int32_t> ids;  // [T]
    Matrix<const T> dx;                 // [T, D]
    Matrix<T> dTable;                   // [V, D], added to
};

template <class T>
void checkShapes(const EmbeddingForwardArgs<T>& a, Memory memory = Memory::Host) {
    DSM_CHECK(a.table.type != DType::F16);
    checkPicked(a.x, a.ids, a.table.rows, a.table.cols, memory);
}

template <class T>
void checkShapes(const EmbeddingBackwardArgs<T>& a, Memory memory = Memory::Host) {
    checkPicked(a.dx, a.ids, a.dTable.rows, a.dTable.cols, memory);
}

namespace reference {
template <class T>
void embeddingForward(OpContext& context, const EmbeddingForwardArgs<T>& args);
template <class T>
void embeddingBackward(OpContext& context, const EmbeddingBackwardArgs<T>& args);
}  // namespace reference
namespace cpu {
void embeddingForward(OpContext& context, const EmbeddingForwardArgs<float>& args);
void embeddingBackward(OpContext& context, const EmbeddingBackwardArgs<float>& args);
}  // namespace cpu
namespace cuda {
void embeddingForward(OpContext& context, const EmbeddingForwardArgs<float>& args);
void embeddingBackward(OpContext& context, const EmbeddingBackwardArgs<float>& args);
}  // namespace cuda

}  // namespace dsm
