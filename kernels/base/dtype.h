// The number formats of tensors, and the exact conversions between them.
//
// Source  IEEE 754 binary16 and binary32; bfloat16 is the upper half of binary32, rounded to
//         nearest, ties to even.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace dsm {

enum class DType : std::uint8_t { F32, F16, BF16 };

constexpr std::size_t sizeBytes(DType type) {
    return type == DType::F32 ? 4 : 2;
}

constexpr std::string_view name(DType type) {
    switch (type) {
        case DType::F32:
            return "F32";
        case DType::F16:
            return "F16";
        case DType::BF16:
            return "BF16";
    }
    return "?";
}

struct BFloat16 {
    std::uint16_t bits = 0;
};

constexpr float toFloat(BFloat16 value) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(value.bits) << 16);
}

constexpr BFloat16 toBFloat16(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    if ((bits & 0x7fffffffU) > 0x7f800000U) {  // a NaN keeps its sign and stays one
        return {static_cast<std::uint16_t>((bits >> 16) | 0x0040U)};
    }
    const std::uint32_t roundingBias = 0x7fffU + ((bits >> 16) & 1U);
    return {static_cast<std::uint16_t>((bits + roundingBias) >> 16)};
}

// IEEE half precision to float; exact.
constexpr float halfToFloat(std::uint16_t half) {
    const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16;
    const std::uint32_t exponent = (half >> 10) & 0x1fU;
    const std::uint32_t mantissa = half & 0x3ffU;
    if (exponent == 0x1fU) {
        return std::bit_cast<float>(sign | 0x7f800000U | (mantissa << 13));
    }
    if (exponent == 0) {  // zero and the subnormals: mantissa * 2^-24
        const float magnitude = static_cast<float>(mantissa) * 0x1p-24F;
        return sign != 0 ? -magnitude : magnitude;
    }
    return std::bit_cast<float>(sign | ((exponent + 112U) << 23) | (mantissa << 13));
}

}  // namespace dsm
