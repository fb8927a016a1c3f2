// Factor: a matrix of a product (gemm.h), as it is stored.
//
// Its element (i,k) is stored at [i,k], or at [k,i] where it is `across`; the stored row s is row
// index[s] of the matrix where there is an index.
//
// Ownership Borrows everything.
#pragma once

#include <cstdint>

#include "kernels/base/dropout.h"
#include "kernels/base/views.h"

namespace dsm::cpu {

struct Factor {
    Weight stored;  // its cols are the distance of two stored rows
    bool across = false;
    const std::int32_t* index = nullptr;
    Dropout dropout = {};  // of an F32 factor: place row * stored.cols + col, rows before the index
};

inline Factor factorOf(const Matrix<const float>& m, bool across = false) {
    return {.stored = {m.data, DType::F32, m.rows, m.cols}, .across = across};
}

}  // namespace dsm::cpu
