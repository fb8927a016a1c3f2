#include "kernels/base/dtype.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace dsm {
namespace {

TEST(BFloat16, SurvivesTheWayThroughFloat) {
    for (std::uint32_t bits = 0; bits <= 0xffff; ++bits) {
        const BFloat16 value{static_cast<std::uint16_t>(bits)};
        const float wide = toFloat(value);
        if (std::isnan(wide)) {
            EXPECT_TRUE(std::isnan(toFloat(toBFloat16(wide)))) << bits;
        } else {
            EXPECT_EQ(toBFloat16(wide).bits, bits);
        }
    }
}

// Checked against the neighbours: the nearer one wins, the even one where both are as near.
TEST(BFloat16, RoundsToTheNearestTiesToEven) {
    for (std::uint32_t high = 0x3f00; high < 0x4100; ++high) {
        const float below = std::bit_cast<float>(high << 16);
        const float above = std::bit_cast<float>((high + 1) << 16);
        const auto lower = static_cast<std::uint16_t>(high);
        const auto upper = static_cast<std::uint16_t>(high + 1);
        const float middle = below + (above - below) / 2;
        EXPECT_EQ(toBFloat16(middle).bits, high % 2 == 0 ? lower : upper);
        EXPECT_EQ(toBFloat16(std::nextafter(middle, below)).bits, lower);
        EXPECT_EQ(toBFloat16(std::nextafter(middle, above)).bits, upper);
        EXPECT_EQ(toBFloat16(-std::nextafter(middle, below)).bits, lower | 0x8000);
    }
}

TEST(BFloat16, RoundsTheLargestFloatsToInfinityAndKeepsNaN) {
    EXPECT_TRUE(std::isinf(toFloat(toBFloat16(std::numeric_limits<float>::max()))));
    // A NaN whose mantissa lies in the lower half only must not become an infinity.
    EXPECT_TRUE(std::isnan(toFloat(toBFloat16(std::bit_cast<float>(0x7f800001U)))));
    EXPECT_EQ(toBFloat16(std::bit_cast<float>(0xff800001U)).bits & 0x8000, 0x8000);
}

// By the definition of binary16, in double arithmetic.
TEST(Half, IsExactForEveryPattern) {
    for (std::uint32_t bits = 0; bits <= 0xffff; ++bits) {
        const auto half = static_cast<std::uint16_t>(bits);
        const std::uint32_t exponent = (bits >> 10) & 0x1f;
        const std::uint32_t mantissa = bits & 0x3ff;
        const double sign = (bits & 0x8000) != 0 ? -1.0 : 1.0;
        const float value = halfToFloat(half);
        if (exponent == 31) {
            EXPECT_EQ(std::isnan(value), mantissa != 0) << bits;
            EXPECT_EQ(std::isinf(value), mantissa == 0) << bits;
        } else {
            const double expected =
                exponent == 0 ? std::ldexp(mantissa, -24)
                              : std::ldexp(1024 + mantissa, static_cast<int>(exponent) - 25);
            EXPECT_EQ(static_cast<double>(value), sign * expected) << bits;
        }
        EXPECT_EQ(std::signbit(value), (bits & 0x8000) != 0) << bits;
    }
}

TEST(DType, KnowsSizesAndNames) {
    EXPECT_EQ(sizeBytes(DType::F32), 4U);
    EXPECT_EQ(sizeBytes(DType::F16), 2U);
    EXPECT_EQ(sizeBytes(DType::BF16), 2U);
    EXPECT_EQ(name(DType::BF16), "BF16");
}

}  // namespace
}  // namespace dsm
