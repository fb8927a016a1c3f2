#include "kernels/base/rounded_rows.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace dsm {

namespace {

// To the nearest whole number, ties to even, for |x| < 2^22: what is added makes the last bit worth
// one.
float nearest(float x) {
    constexpr float kMagic = 12582912.0F;
    return (x + kMagic) - kMagic;
}

}  // namespace

float roundToLevels(const float* x, std::int64_t count, std::int8_t* levels) {
    // As whole numbers, magnitudes compare like floats, and what is not finite is the largest.
    std::uint32_t largest = 0;
    for (std::int64_t i = 0; i < count; ++i)
        largest = std::max(largest, std::bit_cast<std::uint32_t>(x[i]) & 0x7fffffffU);
    const auto most = std::bit_cast<float>(largest);
    const bool counts = most >= kLeastRounded && std::isfinite(most);
    const float inverse = 127.0F / most;
    for (std::int64_t i = 0; i < count; ++i)
        levels[i] = counts ? static_cast<std::int8_t>(nearest(x[i] * inverse)) : std::int8_t{0};
    return most / 127.0F;
}

RoundedBlock roundBlock(const float* x, std::int64_t count) {
    RoundedBlock result{};
    result.scale = roundToLevels(x, count, result.level);
    result.offset = -128 * std::accumulate(result.level, result.level + count, 0);
    return result;
}

}  // namespace dsm
