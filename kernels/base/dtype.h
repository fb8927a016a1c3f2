// The number formats of tensors, and the conversions between them.
//
// F32, F16 and BF16 are one number after the other. Q8 and Q4 are the block formats of
// weight_blocks.h, NF4 the one of nf4.h; they hold weights only.
//
// Source  IEEE 754 binary16 and binary32; bfloat16 is the upper half of binary32. Narrowing rounds
//         to nearest, ties to even; widening is exact.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace dsm {

enum class DType : std::uint8_t { F32, F16, BF16, Q8, Q4, NF4 };

// One number after the other, each of sizeBytes().
constexpr bool isPlain(DType type) {
    return type == DType::F32 || type == DType::F16 || type == DType::BF16;
}

// Of one number of a plain type.
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
        case DType::Q8:
            return "Q8";
        case DType::Q4:
            return "Q4";
        case DType::NF4:
            return "NF4";
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

// Float to IEEE half precision; what is too large becomes infinity.
constexpr std::uint16_t floatToHalf(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000U);
    const std::uint32_t magnitude = bits & 0x7fffffffU;
    if (magnitude > 0x7f800000U) return static_cast<std::uint16_t>(sign | 0x7e00U);
    if (magnitude >= 0x477ff000U) return static_cast<std::uint16_t>(sign | 0x7c00U);
    // `kept` is the result's bits without rounding; `rest` of `width` bits is what they leave out.
    const auto rounded = [sign](std::uint32_t kept, std::uint32_t rest, std::uint32_t width) {
        const std::uint32_t half = 1U << (width - 1);
        const bool up = rest > half || (rest == half && (kept & 1U) != 0);
        return static_cast<std::uint16_t>(sign | (kept + (up ? 1U : 0U)));
    };
    if (magnitude >= 0x38800000U) {
        return rounded((magnitude - 0x38000000U) >> 13, magnitude & 0x1fffU, 13);
    }
    if (magnitude < 0x33000000U) return sign;
    // Subnormal: a whole multiple of 2^-24.
    const std::uint32_t mantissa = (magnitude & 0x7fffffU) | 0x800000U;
    const std::uint32_t shift = 126U - (magnitude >> 23);
    return rounded(mantissa >> shift, mantissa & ((1U << shift) - 1U), shift);
}

}  // namespace dsm
