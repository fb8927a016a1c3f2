// The inner loops of the quantisers (engine/quantize), in one build for each instruction set.
//
// Sixteen rows of a weight are quantised side by side, one to a lane, so that no sum runs across
// lanes: every build gives the same bits.
//
// Letters   c column of a block of 32, r row of a panel of 16; arrays [c][r].
// Threads   Functions may be called from any thread.
#pragma once

#include <cstdint>

#include "kernels/cpu/simd.h"

namespace dsm::cpu {

struct QuantizeLoops {
    // largest[r] = max over c of |x[c][r]|; not finite where an x is not.
    void (*largest)(const float* x, float* largest);

    // code[c][r] = x[c][r] * inverse[r], rounded to the nearest whole number (ties to even) within
    // -127 .. 127.
    void (*roundQ8)(const float* x, const float* inverse, std::int8_t* code);

    // The scale of each row whose nearest levels give the least error, the squares of column c
    // counting importance[c] times.
    void (*fitQ4)(const float* x, const float* importance, float* scale);

    // code[c][r] = the index of the level that is nearest to x[c][r] * inverse[r].
    void (*roundQ4)(const float* x, const float* inverse, std::int8_t* code);

    // NF4 of blocks of 64 weights, one after the other: absmax[b] and codes, two to a byte.
    void (*nf4)(const float* weights, std::int64_t blocks, std::uint8_t* codes, float* absmax);
};

// Those of an instruction set that simdOf() gives, or of a narrower one.
const QuantizeLoops& quantizeLoopsOf(Isa isa);

}  // namespace dsm::cpu
