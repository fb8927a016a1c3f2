// Gemm: products of matrices in float32, many at once, over operands that may be gathered, stored
// across or packed in fewer bits.
//
//   out[i,j] = (out[i,j] +) sum over terms of leftScale * sum over k of left(i,k) * right(j,k)
//
// Factors are stored as factor.h says. The right one may be a weight of any type that can be
// computed with: it is widened block by block, once for all rows of the product, and the inputs
// stay float32.
//
// All left factors are brought into panels first, then each thread takes blocks of columns: it
// packs a block of the right factor into its cache and runs all rows over it.
//
// Source    Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication, 2008.
// Letters   M rows and N columns of the product, K length of a term's sum.
// Exactness Every sum runs over k in ascending order, in blocks of kGemmSum that are added up one
//           after the other: it depends neither on the rows and columns beside it nor on the
//           threads. Instruction sets that fuse multiply and add differ from those that do not.
// Ownership Borrows everything for the call; allocates nothing.
// Scratch   gemmScratchBytes().
// Threads   gemm() uses the context's pool; gemmHere() runs on the calling thread.
// Errors    None. A shape that does not fit, or an overlap of out with a factor, is the caller's
// bug.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/base/dropout.h"
#include "kernels/base/op_context.h"
#include "kernels/cpu/factor.h"

namespace dsm::cpu {

struct TrainLoops;

inline constexpr std::int64_t kGemmSum =
    256;  // 16 numbers of each: 16 kB, half of a first-level cache
inline constexpr std::int64_t kGemmCols =
    128;  // with kGemmSum 128 kB, a quarter of a second-level one

struct Term {
    Factor left;  // F32
    Factor right;
    std::int64_t sum = 0;  // K
    float leftScale = 1;
    // Of the term's products, place i * N + j; then K <= kGemmSum.
    Dropout outDropout = {};
};

struct Product {
    float* out = nullptr;
    std::int64_t rows = 0;    // M
    std::int64_t cols = 0;    // N
    std::int64_t stride = 0;  // of out
    bool add = false;
    std::span<const Term> terms;
};

std::int64_t gemmScratchBytes(const TrainLoops& loops, std::span<const Product> products);

void gemm(OpContext& context, std::span<const Product> products);
// One product with memory of the caller's own, gemmScratchBytes() of it.
void gemmHere(const TrainLoops& loops, const Product& product, std::span<std::byte> scratch);

}  // namespace dsm::cpu
