// What checks of shapes are made of. checkShapes() of an operation stands in its header, beside the
// contract that it holds callers to, and is defined with the reference. A wrong shape is the caller's
// bug: the program stops (DSM_CHECK).
#pragma once

#include <cstdint>

#include "kernels/base/check.h"
#include "kernels/base/views.h"

namespace dsm {

// Where the views of an operation's arguments lie. The numbers of those on a device (ids, groups)
// are not looked at.
enum class Memory { Host, Device };

template <class S>
std::int64_t lengthOf(const S& span) {
    return static_cast<std::int64_t>(span.size());
}

template <class T>
bool hasShape(const Matrix<T>& m, std::int64_t rows, std::int64_t cols) {
    return m.rows == rows && m.cols == cols;
}

// Nothing computes with F16 as it is.
inline bool hasShape(const Weight& w, std::int64_t rows, std::int64_t cols) {
    return w.rows == rows && w.cols == cols && w.type != DType::F16;
}

}  // namespace dsm
