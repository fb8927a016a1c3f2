#include "kernels/base/rounded_rows.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace dsm {

RoundedBlock roundBlock(const float* x, std::int64_t count) {
    // As whole numbers, magnitudes compare like floats, and a NaN is the largest.
    std::uint32_t largest = 0;
    for (std::int64_t i = 0; i < count; ++i)
        largest = std::max(largest, std::bit_cast<std::uint32_t>(x[i]) & 0x7fffffffU);
    const auto most = std::bit_cast<float>(largest);
    // 0 for what is not finite, too: its levels are 0 and its scale says so.
    const float inverse = most >= kLeastRounded ? 127.0F / most : 0.0F;
    RoundedBlock result{};
    result.scale = most / 127.0F;
    std::int32_t sum = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        if (inverse > 0) result.level[i] = static_cast<std::int8_t>(std::nearbyint(x[i] * inverse));
        sum += result.level[i];
    }
    result.offset = -128 * sum;
    return result;
}

}  // namespace dsm
