// Borrowed, row-major views of numbers in memory: what operations read and write.
//
// Ownership  A view owns nothing; whoever made it keeps the memory alive.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/base/check.h"
#include "kernels/base/dtype.h"
#include "kernels/base/nf4.h"

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

// What an adapter adds to a product with a weight [rows, cols]:
//
//   y += scaling * ((x A^T) B^T)      in float32, of the inputs as they are, never of rounded ones
struct LowRank {
    Matrix<const float> a;  // [r, cols]
    Matrix<const float> b;  // [rows, r]
    float scaling = 1;
};

// A weight matrix [rows, cols] as it is stored: y = x W^T maps cols inputs to rows outputs. A
// vector is one row. Every type but F16 can be computed with.
//
// What a product with a Q8 or Q4 weight means is fixed for every backend: the inputs of a token are
// rounded to 8 bits in blocks of 32 first (rounded_rows.h), and the product is that of the rounded
// inputs. With the other types the inputs stay float32.
struct Weight {
    const void* data = nullptr;
    DType type = DType::F32;
    std::int64_t rows = 0;
    std::int64_t cols = 0;
    const Nf4Scales* nf4 = nullptr;    // of type NF4
    const LowRank* lowRank = nullptr;  // of an adapter; every product adds it, at() does not

    std::size_t sizeBytes() const;
    // Element (r, c) in float32. For reference loops and tests, not for hot paths.
    float at(std::int64_t r, std::int64_t c) const;
};

}  // namespace dsm
