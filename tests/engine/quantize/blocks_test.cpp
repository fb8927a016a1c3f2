#include "engine/quantize/blocks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "kernels/cpu/quantize_simd.h"

namespace dsm {
namespace {

std::vector<float> normal(std::int64_t count, float deviation = 0.02F) {
    std::mt19937 random(11);
    std::normal_distribution<float> distribution(0, deviation);
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values)
        value = distribution(random);
    return values;
}

// A weight quantised panel by panel.
struct Quantised {
    DType type;
    std::int64_t rows, cols;
    std::vector<std::byte> bytes;
    bool finite = true;

    float at(std::int64_t r, std::int64_t c) const {
        std::array<float, kBlockCols> out;
        blockWeights(type, bytes.data(), cols, r, c / kBlockCols, out);
        return out[static_cast<std::size_t>(c % kBlockCols)];
    }
    WeightBlock block(std::int64_t r, std::int64_t b) const {
        return readBlock(type, bytes.data(), cols, r, b);
    }
};

Quantised quantise(const PlainRows& source, DType type, std::span<const float> importance = {}) {
    Quantised result{type, source.rows, source.cols, {}};
    result.bytes.resize(static_cast<std::size_t>(blockedBytes(type, source.rows, source.cols)),
                        std::byte{0xee});
    const auto size = static_cast<std::size_t>(panelBytes(type, source.cols));
    for (std::int64_t panel = 0; panel < blockPanels(source.rows); ++panel) {
        const auto out =
            std::span(result.bytes).subspan(static_cast<std::size_t>(panel) * size, size);
        result.finite = quantizePanel(source, panel, type, importance, out) && result.finite;
    }
    return result;
}

PlainRows rowsOf(const std::vector<float>& values, std::int64_t cols) {
    return {reinterpret_cast<const std::byte*>(values.data()), DType::F32,
            static_cast<std::int64_t>(values.size()) / cols, cols};
}

double relativeError(const Quantised& quantised, const std::vector<float>& values,
                     std::span<const float> importance = {}) {
    double error = 0, square = 0;
    for (std::int64_t r = 0; r < quantised.rows; ++r) {
        for (std::int64_t c = 0; c < quantised.cols; ++c) {
            const double weight = values[static_cast<std::size_t>(r * quantised.cols + c)];
            const double h = importance.empty() ? 1 : importance[static_cast<std::size_t>(c)];
            error += h * std::pow(weight - quantised.at(r, c), 2);
            square += h * weight * weight;
        }
    }
    return std::sqrt(error / square);
}

TEST(Q8Blocks, AreTheWeightsOverTheLargest) {
    // 127 * 2^-7 is the largest: scale 2^-7, which F16 holds, and levels that can be read off.
    std::vector<float> values(64, 0.0F);
    values[0] = 127.0F / 128;
    values[1] = -1.0F / 128;
    values[2] = 2.5F / 128;  // between two levels: the even one
    values[3] = -3.5F / 128;
    values[31] = 0.4F / 128;
    values[32] = -127.0F / 64;  // the next block has a scale of its own
    const Quantised quantised = quantise(rowsOf(values, 64), DType::Q8);
    const WeightBlock first = quantised.block(0, 0);
    EXPECT_EQ(halfToFloat(first.scale), 1.0F / 128);
    EXPECT_EQ(first.code[0], 127);
    EXPECT_EQ(first.code[1], -1);
    EXPECT_EQ(first.code[2], 2);
    EXPECT_EQ(first.code[3], -4);
    EXPECT_EQ(first.code[31], 0);
    EXPECT_EQ(halfToFloat(quantised.block(0, 1).scale), 1.0F / 64);
    EXPECT_EQ(quantised.block(0, 1).code[0], -127);
    EXPECT_EQ(quantised.block(1, 0).scale, 0);  // a row that fills up the panel
}

TEST(Q4Blocks, HoldWeightsThatLieOnTheLevelsExactly) {
    // Both blocks are the levels themselves, the second turned around: its scale is negative.
    std::vector<float> values(64);
    for (std::size_t c = 0; c < 32; ++c) {
        values[c] = static_cast<float>(kQ4Levels[c % 16]) / 1024;
        values[32 + c] = static_cast<float>(kQ4Levels[c % 16]) / -512;
    }
    const Quantised quantised = quantise(rowsOf(values, 64), DType::Q4);
    EXPECT_EQ(halfToFloat(quantised.block(0, 0).scale), 1.0F / 1024);
    EXPECT_EQ(halfToFloat(quantised.block(0, 1).scale), -1.0F / 512);
    for (std::int64_t c = 0; c < 64; ++c)
        EXPECT_EQ(quantised.at(0, c), values[static_cast<std::size_t>(c)]) << c;
}

struct Shape {
    std::int64_t rows, cols;
};

class EveryShape : public testing::TestWithParam<Shape> {};

TEST_P(EveryShape, KeepsQ8WithinHalfAScale) {
    const auto [rows, cols] = GetParam();
    const auto values = normal(rows * cols);
    const Quantised quantised = quantise(rowsOf(values, cols), DType::Q8);
    EXPECT_TRUE(quantised.finite);
    for (std::int64_t r = 0; r < rows; ++r) {
        for (std::int64_t c = 0; c < cols; ++c) {
            const float scale = halfToFloat(quantised.block(r, c / kBlockCols).scale);
            ASSERT_NEAR(quantised.at(r, c), values[static_cast<std::size_t>(r * cols + c)],
                        0.5F * scale * 1.0001F)
                << r << ", " << c;
        }
    }
}

TEST_P(EveryShape, GivesEachQ4WeightItsNearestLevel) {
    const auto [rows, cols] = GetParam();
    const auto values = normal(rows * cols);
    const Quantised quantised = quantise(rowsOf(values, cols), DType::Q4);
    for (std::int64_t r = 0; r < rows; ++r) {
        for (std::int64_t c = 0; c < cols; ++c) {
            const float scale = halfToFloat(quantised.block(r, c / kBlockCols).scale);
            const float weight = values[static_cast<std::size_t>(r * cols + c)];
            float least = std::numeric_limits<float>::max();
            for (const std::int8_t level : kQ4Levels)
                least = std::min(least, std::abs(weight - scale * static_cast<float>(level)));
            ASSERT_NEAR(std::abs(weight - quantised.at(r, c)), least, 1e-6F * std::abs(scale) * 127)
                << r << ", " << c;
        }
    }
}

TEST_P(EveryShape, FillsUpPanelsAndTilesWithZeros) {
    const auto [rows, cols] = GetParam();
    for (const DType type : {DType::Q8, DType::Q4}) {
        const Quantised quantised = quantise(rowsOf(normal(rows * cols), cols), type);
        for (std::int64_t r = 0; r < blockPanels(rows) * kBlockRows; ++r) {
            for (std::int64_t b = 0; b < blocksOf(cols); ++b) {
                const WeightBlock block = quantised.block(r, b);
                const bool isEmpty = r >= rows || b * kBlockCols >= cols;
                EXPECT_EQ(block.scale == 0, isEmpty) << r << ", " << b;
                for (std::int64_t c = 0; c < kBlockCols; ++c) {
                    if (r < rows && b * kBlockCols + c < cols) continue;
                    EXPECT_EQ(block.code[static_cast<std::size_t>(c)], 0) << r << ", " << b;
                }
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Shapes, EveryShape,
                         testing::Values(Shape{16, 64}, Shape{1, 1}, Shape{33, 96}, Shape{17, 100},
                                         Shape{48, 31}),
                         [](const auto& instance) {
                             return std::to_string(instance.param.rows) + "x" +
                                    std::to_string(instance.param.cols);
                         });

TEST(Blocks, HaveTheErrorThatTheirLayoutPromises) {
    const auto values = normal(256 * 2048);
    EXPECT_LT(relativeError(quantise(rowsOf(values, 2048), DType::Q8), values), 0.0055);
    EXPECT_LT(relativeError(quantise(rowsOf(values, 2048), DType::Q4), values), 0.0731);
}

TEST(Q4Blocks, ErrLessWhereInputsAreLarge) {
    const auto values = normal(64 * 256);
    std::vector<float> importance(256, 0.01F);
    for (std::size_t c = 0; c < importance.size(); c += 8)
        importance[c] = 4;
    const PlainRows source = rowsOf(values, 256);
    const double plain = relativeError(quantise(source, DType::Q4), values, importance);
    const double weighted =
        relativeError(quantise(source, DType::Q4, importance), values, importance);
    EXPECT_LT(weighted, 0.75 * plain);
}

TEST(Q4Blocks, CountAllColumnsTheSameWhereNoInputReachedThem) {
    const auto values = normal(16 * 64);
    const std::vector<float> none(64, 0.0F);
    EXPECT_EQ(quantise(rowsOf(values, 64), DType::Q4, none).bytes,
              quantise(rowsOf(values, 64), DType::Q4).bytes);
}

TEST(Blocks, AreTheSameFromEveryStoredTypeAndAddress) {
    const auto values = normal(40 * 96);
    std::vector<float> rounded(values.size());
    std::vector<std::uint16_t> bf16(values.size()), f16(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        // Few enough bits for either format.
        rounded[i] = std::nearbyint(values[i] * 1024) / 1024;
        bf16[i] = toBFloat16(rounded[i]).bits;
        f16[i] = floatToHalf(rounded[i]);
    }
    std::vector<std::byte> odd(values.size() * 2 + 1);
    std::memcpy(odd.data() + 1, bf16.data(), values.size() * 2);
    for (const DType type : {DType::Q8, DType::Q4}) {
        const auto expected = quantise(rowsOf(rounded, 96), type).bytes;
        PlainRows source = rowsOf(rounded, 96);
        source.type = DType::BF16;
        source.data = reinterpret_cast<const std::byte*>(bf16.data());
        EXPECT_EQ(quantise(source, type).bytes, expected);
        source.data = odd.data() + 1;
        EXPECT_EQ(quantise(source, type).bytes, expected);
        source.type = DType::F16;
        source.data = reinterpret_cast<const std::byte*>(f16.data());
        EXPECT_EQ(quantise(source, type).bytes, expected);
    }
}

TEST(Blocks, StayFiniteForTinyAndEnormousWeights) {
    for (const float size : {1e-38F, 1e-9F, 3e-6F, 1e3F, 1e6F, 3e38F}) {
        auto values = normal(16 * 64, 1.0F);
        for (float& value : values)
            value = std::clamp(value, -1.0F, 1.0F) * size;
        for (const DType type : {DType::Q8, DType::Q4}) {
            const Quantised quantised = quantise(rowsOf(values, 64), type);
            EXPECT_TRUE(quantised.finite);
            for (std::int64_t c = 0; c < 64; ++c)
                EXPECT_TRUE(std::isfinite(quantised.at(3, c))) << size;
        }
        // Q8 says how far it can be off, also where F16 has few bits left.
        if (size > 1e-5F && size < 1e6F) {
            EXPECT_LT(relativeError(quantise(rowsOf(values, 64), DType::Q8), values), 0.01);
        }
    }
}

TEST(Blocks, SayWhereAWeightIsNotFinite) {
    for (const float bad :
         {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
          std::numeric_limits<float>::quiet_NaN()}) {
        auto values = normal(16 * 64);
        values[700] = bad;
        EXPECT_FALSE(quantise(rowsOf(values, 64), DType::Q8).finite);
        EXPECT_FALSE(quantise(rowsOf(values, 64), DType::Q4).finite);
        std::vector<float> copy(values.size());
        EXPECT_FALSE(readWeights(rowsOf(values, 64), 0, std::span<float>(copy)));
        std::vector<BFloat16> narrow(values.size());
        EXPECT_FALSE(readWeights(rowsOf(values, 64), 0, std::span<BFloat16>(narrow)));
    }
}

TEST(QuantizeLoops, GiveTheSameBitsInEveryBuild) {
    const cpu::QuantizeLoops& expected = cpu::quantizeLoopsOf(cpu::Isa::Portable);
    for (const cpu::Simd* simd : cpu::everySimd()) {
        const cpu::QuantizeLoops* loops = &cpu::quantizeLoopsOf(simd->isa);
        SCOPED_TRACE(simd->name);
        for (const float deviation : {0.0F, 1e-30F, 0.02F, 50.0F}) {
            const auto x = normal(32 * 16, deviation);
            auto importance = normal(32);
            for (float& value : importance)
                value = std::abs(value);
            std::array<float, 16> a, b;
            expected.largest(x.data(), a.data());
            loops->largest(x.data(), b.data());
            EXPECT_EQ(a, b);
            expected.fitQ4(x.data(), importance.data(), a.data());
            loops->fitQ4(x.data(), importance.data(), b.data());
            EXPECT_EQ(a, b);
            for (float& scale : a)
                scale = scale != 0 ? 1 / scale : 0;
            std::array<std::int8_t, 32 * 16> codeA, codeB;
            expected.roundQ4(x.data(), a.data(), codeA.data());
            loops->roundQ4(x.data(), a.data(), codeB.data());
            EXPECT_EQ(codeA, codeB);
            expected.roundQ8(x.data(), a.data(), codeA.data());
            loops->roundQ8(x.data(), a.data(), codeB.data());
            EXPECT_EQ(codeA, codeB);
            std::array<std::uint8_t, 32 * 8> nf4A, nf4B;
            std::array<float, 8> absmaxA, absmaxB;
            expected.nf4(x.data(), 8, nf4A.data(), absmaxA.data());
            loops->nf4(x.data(), 8, nf4B.data(), absmaxB.data());
            EXPECT_EQ(nf4A, nf4B);
            EXPECT_EQ(absmaxA, absmaxB);
        }
    }
}

}  // namespace
}  // namespace dsm
