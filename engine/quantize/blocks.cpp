#include "engine/quantize/blocks.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "kernels/base/check.h"
#include "kernels/cpu/quantize_simd.h"

namespace dsm {
namespace {

constexpr auto kCols = static_cast<std::size_t>(kBlockCols);
constexpr auto kRows = static_cast<std::size_t>(kBlockRows);

// Sixteen rows of one block, [c][r].
using BlockOfRows = std::array<float, kCols * kRows>;
using RowValues = std::array<float, kRows>;
using Codes = std::array<std::int8_t, kCols * kRows>;

float weightAt(const std::byte* at, DType type) {
    if (type == DType::F32) {
        float value;
        std::memcpy(&value, at, sizeof value);
        return value;
    }
    std::uint16_t bits;
    std::memcpy(&bits, at, sizeof bits);
    return type == DType::BF16 ? toFloat(BFloat16{bits}) : halfToFloat(bits);
}

template <DType type>
void gather(const PlainRows& source, std::int64_t row, std::int64_t col, std::size_t rows,
            std::size_t cols, BlockOfRows& out) {
    const auto stride = static_cast<std::size_t>(source.cols) * sizeBytes(type);
    const std::byte* first =
        source.data + static_cast<std::size_t>(row * source.cols + col) * sizeBytes(type);
    for (std::size_t r = 0; r < rows; ++r) {
        const std::byte* at = first + r * stride;
        for (std::size_t c = 0; c < cols; ++c)
            out[c * kRows + r] = weightAt(at + c * sizeBytes(type), type);
    }
}

void gatherBlock(const PlainRows& source, std::int64_t row, std::int64_t col, BlockOfRows& out) {
    const auto rows = static_cast<std::size_t>(std::min(kBlockRows, source.rows - row));
    const auto cols =
        static_cast<std::size_t>(std::clamp<std::int64_t>(source.cols - col, 0, kBlockCols));
    if (rows < kRows || cols < kCols) out.fill(0);
    if (source.type == DType::F32) return gather<DType::F32>(source, row, col, rows, cols, out);
    if (source.type == DType::F16) return gather<DType::F16>(source, row, col, rows, cols, out);
    DSM_CHECK(source.type == DType::BF16);
    gather<DType::BF16>(source, row, col, rows, cols, out);
}

struct Scales {
    std::array<std::uint16_t, kRows> stored;
    RowValues inverse;
};

// Rounds to F16. `reach` is the level that a weight of magnitude largest[r] may still be given.
Scales roundScales(const RowValues& scale, const RowValues& largest, float reach) {
    Scales result;
    for (std::size_t r = 0; r < kRows; ++r) {
        std::uint16_t half = floatToHalf(scale[r]);
        float value = halfToFloat(half);
        if (!std::isfinite(value)) {  // the largest F16
            half = static_cast<std::uint16_t>(half - 1);
            value = halfToFloat(half);
        } else if (std::abs(value) * reach < largest[r]) {
            half = static_cast<std::uint16_t>(half + 1);
            value = halfToFloat(half);
        }
        result.stored[r] = half;
        result.inverse[r] = value != 0 ? 1.0F / value : 0.0F;
    }
    return result;
}

void writeLevelsQ8(const Codes& code, std::byte* out) {
    for (std::size_t c = 0; c < kCols; ++c) {
        for (std::size_t r = 0; r < kRows; ++r)
            out[c / 4 * 64 + r * 4 + c % 4] = static_cast<std::byte>(code[c * kRows + r]);
    }
}

void writeLevelsQ4(const Codes& code, std::byte* out) {
    constexpr std::size_t kHalf = kCols / 2;
    for (std::size_t c = 0; c < kHalf; ++c) {
        for (std::size_t r = 0; r < kRows; ++r) {
            const auto low = static_cast<std::uint8_t>(code[c * kRows + r]);
            const auto high = static_cast<std::uint8_t>(code[(c + kHalf) * kRows + r]);
            out[c / 4 * 64 + r * 4 + c % 4] = static_cast<std::byte>(low | high << 4U);
        }
    }
}

// Levels of what fills up the panel are 0 and so is their index, also where the nearest level to 0
// has another.
void clearFilling(const PlainRows& source, std::int64_t row, std::int64_t col, Codes& code) {
    const auto rows = static_cast<std::size_t>(std::min(kBlockRows, source.rows - row));
    const auto cols =
        static_cast<std::size_t>(std::clamp<std::int64_t>(source.cols - col, 0, kBlockCols));
    if (rows == kRows && cols == kCols) return;
    for (std::size_t c = 0; c < kCols; ++c) {
        for (std::size_t r = 0; r < kRows; ++r) {
            if (c >= cols || r >= rows) code[c * kRows + r] = 0;
        }
    }
}

Scales scalesQ8(const RowValues& largest) {
    RowValues scale;
    for (std::size_t r = 0; r < kRows; ++r)
        scale[r] = largest[r] / 127.0F;
    return roundScales(scale, largest, 127.5F);
}

// Of the 32 columns from `col` on; zeros after the last.
std::array<float, kCols> importanceOf(std::span<const float> importance, std::int64_t col,
                                      std::int64_t cols) {
    std::array<float, kCols> result{};
    const std::int64_t count = std::clamp<std::int64_t>(cols - col, 0, kBlockCols);
    if (importance.empty()) {
        std::fill_n(result.begin(), count, 1.0F);
    } else if (count > 0) {
        std::copy_n(importance.begin() + col, count, result.begin());
    }
    // Columns that no input reached say nothing: all count the same then.
    if (std::all_of(result.begin(), result.end(), [](float v) { return v <= 0; })) {
        std::fill_n(result.begin(), count, 1.0F);
    }
    return result;
}

template <class T>
bool areFinite(std::span<const T> values);

template <>
bool areFinite(std::span<const float> values) {
    std::uint32_t most = 0;
    for (const float value : values)
        most = std::max(most, std::bit_cast<std::uint32_t>(value) & 0x7fffffffU);
    return most < 0x7f800000U;
}

template <>
bool areFinite(std::span<const BFloat16> values) {
    std::uint16_t most = 0;
    for (const BFloat16 value : values)
        most = std::max(most, static_cast<std::uint16_t>(value.bits & 0x7fffU));
    return most < 0x7f80U;
}

const std::byte* placeOf(const PlainRows& source, std::int64_t weight) {
    return source.data + static_cast<std::size_t>(weight) * sizeBytes(source.type);
}

}  // namespace

bool quantizePanel(const PlainRows& source, std::int64_t panel, DType type,
                   std::span<const float> importance, std::span<std::byte> out) {
    DSM_CHECK(isBlocked(type) &&
              out.size() == static_cast<std::size_t>(panelBytes(type, source.cols)));
    DSM_CHECK(importance.empty() || importance.size() == static_cast<std::size_t>(source.cols));
    const cpu::QuantizeLoops& loops = cpu::quantizeLoopsOf(cpu::machineSimd().isa);
    const std::int64_t row = panel * kBlockRows;
    alignas(64) BlockOfRows x;
    alignas(64) RowValues largest, scale;
    alignas(64) Codes code;
    bool finite = true;
    for (std::int64_t block = 0; block < blocksOf(source.cols); ++block) {
        const std::int64_t col = block * kBlockCols;
        gatherBlock(source, row, col, x);
        loops.largest(x.data(), largest.data());
        finite = finite && areFinite(std::span<const float>(largest));
        Scales scales;
        if (type == DType::Q8) {
            scales = scalesQ8(largest);
            loops.roundQ8(x.data(), scales.inverse.data(), code.data());
        } else {
            loops.fitQ4(x.data(), importanceOf(importance, col, source.cols).data(), scale.data());
            scales = roundScales(scale, largest, 127.0F * 4);
            loops.roundQ4(x.data(), scales.inverse.data(), code.data());
        }
        clearFilling(source, row, col, code);
        std::byte* tile = out.data() + block / 2 * tileBytes(type);
        std::memcpy(tile + block % 2 * kBlockRows * 2, scales.stored.data(), sizeof scales.stored);
        std::byte* levels = tile + 2 * kBlockRows * 2 + block % 2 * blockLevelBytes(type);
        type == DType::Q8 ? writeLevelsQ8(code, levels) : writeLevelsQ4(code, levels);
    }
    return finite;
}

bool readWeights(const PlainRows& source, std::int64_t first, std::span<float> out) {
    const std::byte* at = placeOf(source, first);
    if (source.type == DType::F32) {
        std::memcpy(out.data(), at, out.size_bytes());
    } else {
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = weightAt(at + 2 * i, source.type);
    }
    return areFinite(std::span<const float>(out));
}

bool readWeights(const PlainRows& source, std::int64_t first, std::span<BFloat16> out) {
    const std::byte* at = placeOf(source, first);
    if (source.type == DType::BF16) {
        std::memcpy(out.data(), at, out.size_bytes());
    } else {
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = toBFloat16(weightAt(at + sizeBytes(source.type) * i, source.type));
    }
    return areFinite(std::span<const BFloat16>(out));
}

}  // namespace dsm
