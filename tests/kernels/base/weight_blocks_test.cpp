#include "kernels/base/weight_blocks.h"

#include <gtest/gtest.h>

#include <vector>

#include "kernels/base/buffer.h"
#include "kernels/base/views.h"

namespace dsm {
namespace {

TEST(WeightBlocks, TakeTheBytesOfTheirFormat) {
    // A tile is 16 rows by 64 columns: 64 bytes of scales and 1024 or 512 of levels.
    EXPECT_EQ(tileBytes(DType::Q8), 1088);
    EXPECT_EQ(tileBytes(DType::Q4), 576);
    EXPECT_EQ(blockedBytes(DType::Q4, 1408, 2048), 88 * 32 * 576);
    EXPECT_EQ(blockedBytes(DType::Q8, 17, 65),
              2 * 2 * 1088);  // the last panel and tile are filled up
}

// Straight from the header: row 18, column 37 of a weight [20, 70] lies in panel 1, tile 0,
// block 1.
TEST(WeightBlocks, LieWhereTheHeaderSays) {
    for (const DType type : {DType::Q8, DType::Q4}) {
        Buffer<std::byte> data(static_cast<std::size_t>(blockedBytes(type, 20, 70)));
        WeightBlock block{.scale = 0x3c00};  // 1.0
        block.code[5] = 9;
        writeBlock(type, data.data(), 70, 18, 1, block);
        const std::int64_t tile = panelBytes(type, 70);
        EXPECT_EQ(data[static_cast<std::size_t>(tile + (16 + 2) * 2 + 1)], std::byte{0x3c});
        const std::int64_t levels = tile + 64 + blockLevelBytes(type);
        EXPECT_EQ(data[static_cast<std::size_t>(levels + 1 * 64 + 2 * 4 + 1)], std::byte{9});
        std::int64_t written = 0;
        for (const std::byte b : data.span())
            written += b != std::byte{0} ? 1 : 0;
        EXPECT_EQ(written, 2);
    }
}

TEST(WeightBlocks, OfFourBitsShareABytesHalves) {
    Buffer<std::byte> data(static_cast<std::size_t>(blockedBytes(DType::Q4, 1, 32)));
    WeightBlock block{};
    block.code[3] = 5;
    block.code[19] = 12;
    writeBlock(DType::Q4, data.data(), 32, 0, 0, block);
    EXPECT_EQ(data[64 + 3], std::byte{0xc5});
}

TEST(WeightBlocks, AreReadAsTheyWereWritten) {
    for (const DType type : {DType::Q8, DType::Q4}) {
        constexpr std::int64_t kRows = 19;
        constexpr std::int64_t kCols = 100;
        Buffer<std::byte> data(static_cast<std::size_t>(blockedBytes(type, kRows, kCols)));
        const auto blockAt = [&](std::int64_t r, std::int64_t b) {
            WeightBlock block{.scale = static_cast<std::uint16_t>(100 * r + b)};
            for (std::size_t i = 0; i < 32; ++i) {
                const auto mixed = static_cast<std::int64_t>(i) * 37 + r * 11 + b * 5;
                block.code[i] =
                    static_cast<std::int8_t>(type == DType::Q8 ? mixed % 255 - 127 : mixed % 16);
            }
            return block;
        };
        for (std::int64_t r = 0; r < kRows; ++r) {
            for (std::int64_t b = 0; b < blocksOf(kCols); ++b)
                writeBlock(type, data.data(), kCols, r, b, blockAt(r, b));
        }
        for (std::int64_t r = 0; r < kRows; ++r) {
            for (std::int64_t b = 0; b < blocksOf(kCols); ++b) {
                const WeightBlock read = readBlock(type, data.data(), kCols, r, b);
                EXPECT_EQ(read.scale, blockAt(r, b).scale);
                EXPECT_EQ(read.code, blockAt(r, b).code);
            }
        }
    }
}

TEST(WeightBlocks, AreScaleTimesLevel) {
    Buffer<std::byte> q4(static_cast<std::size_t>(blockedBytes(DType::Q4, 1, 64)));
    WeightBlock block{.scale = 0x4000};  // 2.0
    block.code[0] = 0;
    block.code[1] = 15;
    writeBlock(DType::Q4, q4.data(), 64, 0, 1, block);
    const Weight weight{q4.data(), DType::Q4, 1, 64};
    EXPECT_EQ(weight.at(0, 32), -254.0F);
    EXPECT_EQ(weight.at(0, 33), 206.0F);
    EXPECT_EQ(weight.at(0, 31), 0.0F);
    EXPECT_EQ(weight.sizeBytes(), 576U);
}

TEST(WeightBlocksDeathTest, RefuseAPlaceOutside) {
    Buffer<std::byte> data(static_cast<std::size_t>(blockedBytes(DType::Q8, 1, 32)));
    EXPECT_DEATH(readBlock(DType::Q8, data.data(), 32, 0, 2), "broken contract");
}

}  // namespace
}  // namespace dsm
