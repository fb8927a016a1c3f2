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
#include "kernels/ops/shapes.h"

namespace dsm {

template <class T>
struct RotateArgs {
    Matrix<T> rows;                           // [T, heads * K] in place
    std::span<const std::int32_t> positions;  // [T]
    Matrix<const float> rotary;               // [S, K], the lines of rope.h
    bool inverse = false;
};

template <class T>
void checkShapes(const RotateArgs<T>& a, Memory memory = Memory::Host) {
    const std::int64_t size = a.rotary.cols;
    DSM_CHECK(size > 0 && size % 2 == 0 && a.rows.cols % size == 0);
    DSM_CHECK(lengthOf(a.positions) == a.rows.rows);
    DSM_CHECK(areBelow(a.positions, a.rotary.rows, memory));
}

// Of one row, for every backend.
template <class T>
void rotateRow(const RotateArgs<T>& args, std::int64_t t) {
    const std::int64_t size = args.rotary.cols;
    const std::int64_t half = size / 2;
    const float* line = args.rotary.row(args.positions[static_cast<std::size_t>(t)]);
    T* row = args.rows.row(t);
    const T sign = args.inverse ? T{-1} : T{1};
    for (std::int64_t h = 0; h < args.rows.cols; h += size) {
        for (std::int64_t i = 0; i < half; ++i) {
            const T a = row[h + i];
            const T b = row[h + half + i];
            const T cosine = static_cast<T>(line[i]);
            const T sine = sign * static_cast<T>(line[half + i]);
            row[h + i] = a * cosine - b * sine;
            row[h + half + i] = b * cosine + a * sine;
        }
    }
}

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
