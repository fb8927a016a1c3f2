// Combine: adds the rows of a token's slots to the token, in the order of its choices.
//
//   out[t,:] += sum over a of rows[place[t*A + a],:]
//
// Forward these are the outputs of its experts, backward the gradients that they send back.
//
// Letters   T tokens, A active experts.
// Ownership Borrows every view for the call; allocates nothing.
// Errors    None. A wrong shape is the caller's bug (CHECK).
// Parity    Equal to the bit.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/base/op_context.h"
#include "kernels/base/views.h"
#include "kernels/ops/shapes.h"

namespace dsm {

template <class T>
struct CombineArgs {
    Matrix<const T> rows;                 // [T*A, D]
    std::span<const std::int32_t> place;  // [T*A]
    std::int64_t active = 0;              // A
    Matrix<T> out;                        // [T, D], added to
};

template <class T>
void checkShapes(const CombineArgs<T>& a) {
    DSM_CHECK(a.rows.cols == a.out.cols && a.rows.rows == a.out.rows * a.active);
    DSM_CHECK(lengthOf(a.place) == a.rows.rows);
}

namespace reference {
template <class T>
void combine(OpContext& context, const CombineArgs<T>& args);
}
namespace cpu {
void combine(OpContext& context, const CombineArgs<float>& args);
}
namespace cuda {
void combine(OpContext& context, const CombineArgs<float>& args);
}  // namespace cuda

}  // namespace dsm
