// Borrowed, row-major views of numbers in memory: what operations read and write.
//
// Ownership  A view owns nothing; whoever made it keeps the memory alive.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/base/check.h"
#include "kernels/base/dtype.h"

namespace dsm {

// [rows, cols] of T, rows one after the other.
template <class T>
struct Matrix {
    T* data = nullptr;
    std::int64_t rows = 0;
    std::int64_t cols = 0;

    T* row(std::int64_t r) const { return data + r * cols; }
    std::int64_t size() const { return rows * cols; }
    Matrix firstRows(std::int64_t n) const {
        DSM_CHECK(n >= 0 && n <= rows);
        return {data, n, cols};
    }
    operator Matrix<const T>() const { return {data, rows, cols}; }  // NOLINT: a widening view
};

// A weight matrix [rows, cols] as it is stored: y = x W^T maps cols inputs to rows outputs. A
// vector is one row. Types used for computing: F32 and BF16.
struct Weight {
    const void* data = nullptr;
    DType type = DType::F32;
    std::int64_t rows = 0;
    std::int64_t cols = 0;

    std::size_t sizeBytes() const {
        return static_cast<std::size_t>(rows * cols) * dsm::sizeBytes(type);
    }
    // Element (r, c) in float32. For reference loops and tests, not for hot paths.
    float at(std::int64_t r, std::int64_t c) const {
        const std::int64_t i = r * cols + c;
        if (type == DType::F32) return static_cast<const float*>(data)[i];
        DSM_CHECK(type == DType::BF16);
        return toFloat(static_cast<const BFloat16*>(data)[i]);
    }
};

}  // namespace dsm
