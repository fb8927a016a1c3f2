// Rotary positions for training: turns the heads of each row by its position's angle, or back.
//
//   forward   rope.h's rotation; backward is the rotation by the opposite angle
//
// Source    Su et al., arXiv 2104.09864: a rotation's transpose is its inverse.
// Letters   T tokens, S positions, K head size.
// Ownership Borrows every view for the call; allocates nothing.
// Errors    None. A wrong shape or a position outside the table is the caller's bug (CHECK).
// Parity    Equal to the bit.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/base/op_context.h"
#include "kernels/base/views.h"

namespace dsm {

template <class T>
struct RotateArgs {
    Matrix<T> rows;                           // [T, heads * K] in place
    std::span<const std::int32_t> positions;  // [T]
    Matrix<const float> rotary;               // [S, K], the lines of rope.h
    bool inverse = false;
};

namespace reference {
template <class T>
void rotate(OpContext& context, const RotateArgs<T>& args);
}
namespace cpu {
void rotate(OpContext& context, const RotateArgs<float>& args);
}
namespace cuda {
void rotate(OpContext& context, const RotateArgs<float>& args);
}  // namespace cuda

}  // namespace dsm
