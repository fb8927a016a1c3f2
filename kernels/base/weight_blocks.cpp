#include "kernels/base/weight_blocks.h"

#include <cstring>

#include "kernels/base/check.h"

namespace dsm {
namespace {

struct Place {
    std::int64_t scale;   // byte of the scale
    std::int64_t levels;  // first byte of the block's levels for all sixteen rows
    std::int64_t row;     // of the panel
};

Place placeOf(DType type, std::int64_t cols, std::int64_t row, std::int64_t block) {
    DSM_CHECK(isBlocked(type) && row >= 0 && block >= 0 && block < blocksOf(cols));
    const std::int64_t half = block % 2;
    const std::int64_t inPanel = row % kBlockRows;
    const std::int64_t tile =
        row / kBlockRows * panelBytes(type, cols) + block / 2 * tileBytes(type);
    return {.scale = tile + (half * kBlockRows + inPanel) * 2,
            .levels = tile + 2 * kBlockRows * 2 + half * blockLevelBytes(type),
            .row = inPanel};
}

std::int64_t byteOf(DType type, std::int64_t row, std::int64_t col) {
    const std::int64_t c = type == DType::Q8 ? col : col % 16;
    return c / 4 * 64 + row * 4 + c % 4;
}

}  // namespace

WeightBlock readBlock(DType type, const void* data, std::int64_t cols, std::int64_t row,
                      std::int64_t block) {
    const Place place = placeOf(type, cols, row, block);
    const auto* bytes = static_cast<const std::uint8_t*>(data);
    WeightBlock result;
    std::memcpy(&result.scale, bytes + place.scale, sizeof result.scale);
    for (std::int64_t c = 0; c < kBlockCols; ++c) {
        const std::uint8_t byte = bytes[place.levels + byteOf(type, place.row, c)];
        const auto index = static_cast<std::int8_t>(c < 16 ? byte & 0xfU : byte >> 4);
        result.code[static_cast<std::size_t>(c)] =
            type == DType::Q8 ? static_cast<std::int8_t>(byte) : index;
    }
    return result;
}

void writeBlock(DType type, void* data, std::int64_t cols, std::int64_t row, std::int64_t block,
                const WeightBlock& value) {
    const Place place = placeOf(type, cols, row, block);
    auto* bytes = static_cast<std::uint8_t*>(data);
    std::memcpy(bytes + place.scale, &value.scale, sizeof value.scale);
    for (std::int64_t c = 0; c < kBlockCols; ++c) {
        std::uint8_t& byte = bytes[place.levels + byteOf(type, place.row, c)];
        const auto code = static_cast<std::uint8_t>(value.code[static_cast<std::size_t>(c)]);
        if (type == DType::Q8) {
            byte = code;
        } else if (c < 16) {
            byte = static_cast<std::uint8_t>((byte & 0xf0U) | (code & 0xfU));
        } else {
            byte = static_cast<std::uint8_t>((byte & 0xfU) | (code << 4));
        }
    }
}

void blockWeights(DType type, const void* data, std::int64_t cols, std::int64_t row,
                  std::int64_t block, std::span<float, 32> out) {
    const WeightBlock stored = readBlock(type, data, cols, row, block);
    const float scale = halfToFloat(stored.scale);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::int8_t code = stored.code[i];
        out[i] = scale * static_cast<float>(
                             type == DType::Q8 ? code : kQ4Levels[static_cast<std::size_t>(code)]);
    }
}

}  // namespace dsm
