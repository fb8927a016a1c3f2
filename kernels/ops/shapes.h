// What checks of shapes are made of. checkShapes() of an operation stands in its header, beside the
// contract that it holds callers to, and is defined with the reference. A wrong shape is the caller's
// bug: the program stops (DSM_CHECK).
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

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

// Whether all of them are from 0 to `end`; those on a device are not looked at.
inline bool areBelow(std::span<const std::int32_t> indices, std::int64_t end, Memory memory) {
    return memory == Memory::Device ||
           std::all_of(indices.begin(), indices.end(),
                       [end](std::int32_t i) { return i >= 0 && i < end; });
}

// Of `picked`, a row for each index of a matrix of `rows` rows that are `cols` long.
template <class T>
void checkPicked(const Matrix<T>& picked, std::span<const std::int32_t> indices, std::int64_t rows,
                 std::int64_t cols, Memory memory) {
    DSM_CHECK(hasShape(picked, lengthOf(indices), cols));
    DSM_CHECK(areBelow(indices, rows, memory));
}

inline void checkSegments(std::span<const std::int32_t> segments, std::int64_t tokens,
                          Memory memory) {
    DSM_CHECK(!segments.empty());
    if (memory == Memory::Device) return;
    DSM_CHECK(segments.front() == 0 && segments.back() == tokens);
    DSM_CHECK(std::is_sorted(segments.begin(), segments.end()));
}

}  // namespace dsm
