// The tables of loops, one for each instruction set: isa/avx2.cpp exports kAvx2Table and nothing
// else. A table holds what its instruction set does in a way of its own; where it has nullptr, the
// next narrower one that the machine has does as well.
//
// Calling what the machine lacks ends the program with an illegal instruction: table.cpp alone
// reads the tables, and simdOf(), trainLoopsOf(), quantizeLoopsOf() and limitLoopsOf() answer from
// there.
#pragma once

#include "kernels/cpu/limits.h"
#include "kernels/cpu/quantize_simd.h"
#include "kernels/cpu/simd.h"
#include "kernels/cpu/train_simd.h"

namespace dsm::cpu {

struct IsaTable {
    Simd simd{};  // isa, name and title are those of the row in table.cpp
    const TrainLoops* train = nullptr;
    const QuantizeLoops* quantize = nullptr;
    LimitLoops limits{};
};

extern const IsaTable kPortableTable;
extern const IsaTable kAvx2Table;
extern const IsaTable kAvx512Table;
extern const IsaTable kAvx512VnniTable;
extern const IsaTable kAvx512Bf16Table;
extern const IsaTable kNeonTable;

}  // namespace dsm::cpu
