#include "kernels/base/rounded_rows.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace dsm {
namespace {

TEST(RoundedRows, ScaleTheLargestNumberTo127) {
    const float x[4] = {1, -2, 0.5F, 0};
    const RoundedBlock block = roundBlock(x, 4);
    EXPECT_FLOAT_EQ(block.scale, 2.0F / 127);
    EXPECT_EQ(block.level[0], 64);  // 63.5, ties to even
    EXPECT_EQ(block.level[1], -127);
    EXPECT_EQ(block.level[2], 32);  // 31.75
    EXPECT_EQ(block.level[3], 0);
    EXPECT_EQ(block.level[31], 0);
    EXPECT_EQ(block.offset, -128 * (64 - 127 + 32));
}

TEST(RoundedRows, OfZerosAndOfVerySmallNumbersAreZero) {
    const float zeros[2] = {0, -0.0F};
    const float small[2] = {1e-38F, -1e-31F};
    EXPECT_EQ(roundBlock(zeros, 2).scale, 0.0F);
    EXPECT_EQ(roundBlock(small, 2).level[1], 0);
    EXPECT_TRUE(std::isfinite(roundBlock(small, 2).scale));
}

TEST(RoundedRows, ShowWhatIsNotFinite) {
    for (const float odd :
         {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        const float x[3] = {1, odd, -1};
        const RoundedBlock block = roundBlock(x, 3);
        EXPECT_FALSE(std::isfinite(block.scale));
        EXPECT_EQ(block.level[0], 0);
    }
}

TEST(RoundedRows, TakeFortyBytesForEachBlockOfAWholeTile) {
    EXPECT_EQ(roundedRowBytes(64), 80);
    EXPECT_EQ(roundedRowBytes(65), 160);
    EXPECT_EQ(roundedBytes(3, 64), 256);  // 240, up to the next line of a cache
}

}  // namespace
}  // namespace dsm
