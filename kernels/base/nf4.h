// NF4: weights in 4 bits with the levels of a normal distribution, as bitsandbytes stores them.
//
//   weight[i] = kNf4Levels[code[i]] * absmax[i / 64]       i over the row-major weight [rows, cols]
//   code      = two to a byte, the even i in the high half
//   absmax    = float32, one per 64 weights; or quantised once more ("double"):
//               absmax[b] = map[absmaxCode[b]] * nestedAbsmax[b / 256] + offset
//
// Source  QLoRA, arXiv 2305.14314; the levels and the map are those of bitsandbytes.
#pragma once

#include <cstdint>

namespace dsm {

inline constexpr std::int64_t kNf4BlockWeights = 64;
inline constexpr std::int64_t kNf4NestedBlock = 256;  // absmax values per nested absmax

// An array of the language: the SIMD files must not share a library's inline functions.
inline constexpr float kNf4Levels[16] = {-1.0F,
                                         -0.6961928009986877F,
                                         -0.5250730514526367F,
                                         -0.39491748809814453F,
                                         -0.28444138169288635F,
                                         -0.18477343022823334F,
                                         -0.09105003625154495F,
                                         0.0F,
                                         0.07958029955625534F,
                                         0.16093020141124725F,
                                         0.24611230194568634F,
                                         0.33791524171829224F,
                                         0.44070982933044434F,
                                         0.5626170039176941F,
                                         0.7229568362236023F,
                                         1.0F};

// The scales of one NF4 weight; borrowed.
struct Nf4Scales {
    const float* absmax = nullptr;             // [blocks], or nullptr where they are nested
    const std::uint8_t* absmaxCode = nullptr;  // [blocks]
    const float* nestedAbsmax = nullptr;       // [blocks / 256, rounded up]
    const float* nestedMap = nullptr;          // [256]
    float offset = 0;

    float at(std::int64_t block) const {
        if (absmax != nullptr) return absmax[block];
        return nestedMap[absmaxCode[block]] * nestedAbsmax[block / kNf4NestedBlock] + offset;
    }
};

}  // namespace dsm
