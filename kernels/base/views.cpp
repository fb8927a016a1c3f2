#include "kernels/base/views.h"

#include "kernels/base/weight_blocks.h"

namespace dsm {

std::size_t Weight::sizeBytes() const {
    if (isPlain(type)) return static_cast<std::size_t>(rows * cols) * dsm::sizeBytes(type);
    if (isBlocked(type)) return static_cast<std::size_t>(blockedBytes(type, rows, cols));
    const std::int64_t blocks = (rows * cols + kNf4BlockWeights - 1) / kNf4BlockWeights;
    const std::int64_t scaleBytes =
        nf4->absmax != nullptr
            ? blocks * 4
            : blocks + (blocks + kNf4NestedBlock - 1) / kNf4NestedBlock * 4 + 256 * 4;
    return static_cast<std::size_t>((rows * cols + 1) / 2 + scaleBytes);
}

float Weight::at(std::int64_t r, std::int64_t c) const {
    const std::int64_t i = r * cols + c;
    if (type == DType::F32) return static_cast<const float*>(data)[i];
    if (type == DType::BF16) return toFloat(static_cast<const BFloat16*>(data)[i]);
    if (isBlocked(type)) {
        float block[kBlockCols];
        blockWeights(type, data, cols, r, c / kBlockCols, std::span<float, kBlockCols>(block));
        return block[c % kBlockCols];
    }
    DSM_CHECK(type == DType::NF4);
    const std::uint8_t byte = static_cast<const std::uint8_t*>(data)[i / 2];
    const unsigned code = i % 2 == 0 ? byte >> 4U : byte & 0xfU;
    return kNf4Levels[code] * nf4->at(i / kNf4BlockWeights);
}

}  // namespace dsm
