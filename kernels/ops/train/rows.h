// Rows: some rows of a matrix, taken out of it and put back.
//
//   taken[i,:]   = all[row[i],:]
//   all[row[i],:] = taken[i,:]            no row twice
//
// Where row[i] is kNoRow, taken[i,:] is zeros, and nothing is put back: so that lists of different
// lengths can be of one shape.
//
// Ownership Borrows every view for the call; allocates nothing.
// Errors    None. A wrong shape, or a row that is none, is the caller's bug (CHECK).
// Parity    Equal to the bit. The cpu has the reference's loops.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "kernels/base/op_context.h"
#include "kernels/base/views.h"
#include "kernels/ops/shapes.h"

namespace dsm {

inline constexpr std::int32_t kNoRow = -1;

template <class T>
struct TakeRowsArgs {
    Matrix<const T> all;
    std::span<const std::int32_t> rows;  // [R]
    Matrix<T> taken;                     // [R, D] out
};

template <class T>
struct PutRowsArgs {
    Matrix<const T> taken;               // [R, D]
    std::span<const std::int32_t> rows;  // [R]
    Matrix<T> all;                       // out, the rows named
};

template <class Args>
void checkRows(const Args& a, Memory memory) {
    DSM_CHECK(hasShape(a.taken, lengthOf(a.rows), a.all.cols));
    DSM_CHECK(memory == Memory::Device ||
              std::all_of(a.rows.begin(), a.rows.end(),
                          [&](std::int32_t row) { return row >= kNoRow && row < a.all.rows; }));
}

template <class T>
void checkShapes(const TakeRowsArgs<T>& a, Memory memory = Memory::Host) {
    checkRows(a, memory);
}

template <class T>
void checkShapes(const PutRowsArgs<T>& a, Memory memory = Memory::Host) {
    checkRows(a, memory);
}

namespace reference {
template <class T>
void takeRows(OpContext& context, const TakeRowsArgs<T>& args);
template <class T>
void putRows(OpContext& context, const PutRowsArgs<T>& args);
}  // namespace reference
namespace cuda {
void takeRows(OpContext& context, const TakeRowsArgs<float>& args);
void putRows(OpContext& context, const PutRowsArgs<float>& args);
}  // namespace cuda

}  // namespace dsm
