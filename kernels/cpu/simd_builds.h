// The builds of the SIMD loops, one translation unit each. Calling into one that the machine lacks
// ends the program with an illegal instruction: go through simdOf().
#pragma once

#include "kernels/cpu/simd.h"

namespace dsm::cpu {

const Simd& portableSimd();
const Simd& avx2Simd();
const Simd& avx512Simd();
const Simd& avx512VnniSimd();

extern const Blocks kPortableBlocks;
extern const Blocks kAvx2Blocks;
extern const Blocks kAvx512VnniBlocks;
extern const Blocks kNeonBlocks;

extern const Levels kPortableLevels;
extern const Levels kAvx2Levels;
extern const Levels kAvx512VnniLevels;
extern const Levels kNeonLevels;

}  // namespace dsm::cpu
