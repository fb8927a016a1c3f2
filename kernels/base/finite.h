// Whether numbers are finite: neither NaN nor infinite.
//
// By their bits: an exponent of all ones. The loop has no branch, so that it becomes vector code.
#pragma once

#include <bit>
#include <cstdint>
#include <span>

namespace dsm {

inline bool isFinite(float number) {
    constexpr std::uint32_t kExponent = 0x7f800000U;
    return (std::bit_cast<std::uint32_t>(number) & kExponent) != kExponent;
}

inline bool areFinite(std::span<const float> numbers) {
    std::uint32_t bad = 0;
    for (const float number : numbers)
        bad |= isFinite(number) ? 0U : 1U;
    return bad == 0;
}

}  // namespace dsm
