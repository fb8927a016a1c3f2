#include "app/cli/random_weights.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "engine/model/checkpoint/stored_tensor.h"
#include "engine/quantize/nf4.h"
#include "kernels/base/check.h"
#include "kernels/base/nf4.h"
#include "kernels/base/weight_blocks.h"

namespace dsm::cli {
namespace {

constexpr std::size_t kPieceBytes = 1U << 20;

// Keeps the size of activations about the same from layer to layer.
float weightDeviation(const TensorSpec& spec) {
    return spec.kind == TensorKind::Embedding ? 1.0F
                                              : 1.0F / std::sqrt(static_cast<float>(spec.cols));
}

// Deviation of levels that are equally likely, from 0.
template <class Levels>
float deviationOf(const Levels& levels) {
    float squares = 0;
    for (const auto level : levels)
        squares += static_cast<float>(level) * static_cast<float>(level);
    return std::sqrt(squares / static_cast<float>(std::size(levels)));
}

float levelDeviation(DType type) {
    if (type == DType::Q4) return deviationOf(kQ4Levels);
    return 127.0F / std::sqrt(3.0F);  // Q8: even levels
}

// Which code each byte stands for: equally likely, but for a few of the largest level that are the
// lowest instead, so that the mean is 0.
std::array<std::uint8_t, 256> nf4Codes() {
    std::array<std::uint8_t, 256> codes{};
    for (std::size_t i = 0; i < codes.size(); ++i)
        codes[i] = static_cast<std::uint8_t>(i / 16);
    std::fill_n(codes.end() - 3, 3, std::uint8_t{0});
    return codes;
}

template <class T>
std::span<const std::byte> bytesOf(const std::vector<T>& values) {
    return std::as_bytes(std::span(values));
}

}  // namespace

RandomWeights::RandomWeights(std::uint64_t seed) : numbers_(seed), nf4Bytes_(1U << 16) {
    const auto codes = nf4Codes();
    for (std::size_t i = 0; i < nf4Bytes_.size(); ++i)
        nf4Bytes_[i] = static_cast<std::uint8_t>(codes[i >> 8] << 4 | codes[i & 0xff]);
}

// The sum of four uniform numbers, which one draw holds.
float RandomWeights::nextBell() {
    const std::uint64_t z = numbers_.next();
    const auto sum = static_cast<float>((z & 0xffffU) + ((z >> 16) & 0xffffU) +
                                        ((z >> 32) & 0xffffU) + (z >> 48));
    constexpr float kMean = 2.0F * 65535.0F;
    constexpr float kDeviation = 65536.0F * 0.57735027F;  // sqrt(4 / 12)
    return (sum - kMean) / kDeviation;
}

float RandomWeights::nextScale(float weightScale) {
    const auto uniform = static_cast<float>(numbers_.next() >> 40) * 0x1p-24F;
    return weightScale * (0.75F + 0.5F * uniform);
}

void RandomWeights::fill(std::span<std::byte> out) {
    while (!out.empty()) {
        const std::uint64_t bits = numbers_.next();
        const std::size_t count = std::min(out.size(), sizeof bits);
        std::memcpy(out.data(), &bits, count);
        out = out.subspan(count);
    }
}

Result<void> RandomWeights::write(const TensorSpec& spec, DType type, bool nestedScales,
                                  const ByteSink& sink) {
    if (isBlocked(type)) return writeBlocked(spec, type, sink);
    if (type == DType::NF4) return writeNf4(spec, nestedScales, sink);
    DSM_CHECK(type == DType::BF16);
    return writeBFloat16(spec, sink);
}

Result<void> RandomWeights::writeBFloat16(const TensorSpec& spec, const ByteSink& sink) {
    std::array<BFloat16, 1 << 16> block;
    const float deviation = weightDeviation(spec);
    for (std::int64_t missing = spec.rows * spec.cols; missing > 0;) {
        const auto count = std::min<std::int64_t>(missing, static_cast<std::int64_t>(block.size()));
        const std::span<BFloat16> piece = std::span(block).first(static_cast<std::size_t>(count));
        for (BFloat16& weight : piece) {
            const float value = nextBell();
            weight = toBFloat16(spec.isNorm() ? 1.0F + 0.1F * value : deviation * value);
        }
        if (auto written = sink(std::as_bytes(piece)); !written) return written;
        missing -= count;
    }
    return {};
}

void RandomWeights::makePanel(const TensorSpec& spec, DType type, std::int64_t panel,
                              std::span<std::byte> out) {
    const float scale = weightDeviation(spec) / levelDeviation(type);
    const auto tile = static_cast<std::size_t>(tileBytes(type));
    std::array<std::uint16_t, 2 * kBlockRows> scales;
    for (std::size_t at = 0; at < out.size(); at += tile) {
        for (std::uint16_t& half : scales) {
            // Either sign, as a quantiser chooses; without it the uneven levels of Q4 have a mean.
            const float value = nextScale(scale);
            half = floatToHalf((numbers_.next() & 1U) != 0 ? value : -value);
        }
        std::memcpy(&out[at], scales.data(), sizeof scales);
        fill(out.subspan(at + sizeof scales, tile - sizeof scales));
    }
    if (type == DType::Q8) {  // no level is -128
        for (std::size_t at = 0; at < out.size(); at += tile) {
            for (std::byte& level : out.subspan(at + sizeof scales, tile - sizeof scales))
                level = level == std::byte{0x80} ? std::byte{0x81} : level;
        }
    }
    // What fills up the panel and its last tile is 0.
    const std::int64_t rows = std::min(kBlockRows, spec.rows - panel * kBlockRows);
    const std::int64_t lastCols = spec.cols % kTileCols;
    if (rows == kBlockRows && lastCols == 0) return;
    for (std::int64_t row = 0; row < kBlockRows; ++row) {
        for (std::int64_t block = 0; block < blocksOf(spec.cols); ++block) {
            const std::int64_t filled =
                row < rows ? std::clamp<std::int64_t>(spec.cols - block * kBlockCols, 0, kBlockCols)
                           : 0;
            if (filled == kBlockCols) continue;
            WeightBlock value = readBlock(type, out.data(), spec.cols, row, block);
            std::fill(value.code.begin() + filled, value.code.end(), std::int8_t{0});
            if (filled == 0) value.scale = 0;
            writeBlock(type, out.data(), spec.cols, row, block, value);
        }
    }
}

Result<void> RandomWeights::writeBlocked(const TensorSpec& spec, DType type, const ByteSink& sink) {
    const auto panelSize = static_cast<std::size_t>(panelBytes(type, spec.cols));
    const std::size_t panelsAtOnce = std::max<std::size_t>(1, kPieceBytes / panelSize);
    std::vector<std::byte> piece(panelsAtOnce * panelSize);
    const std::int64_t panels = blockPanels(spec.rows);
    for (std::int64_t panel = 0; panel < panels;) {
        std::size_t filled = 0;
        for (; filled < piece.size() && panel < panels; filled += panelSize, ++panel)
            makePanel(spec, type, panel, std::span(piece).subspan(filled, panelSize));
        if (auto written = sink(std::span(piece).first(filled)); !written) return written;
    }
    return {};
}

Result<void> RandomWeights::writeNf4(const TensorSpec& spec, bool nestedScales,
                                     const ByteSink& sink) {
    const std::int64_t weights = spec.rows * spec.cols;
    std::vector<std::uint8_t> piece(kPieceBytes);
    for (std::int64_t missing = (weights + 1) / 2; missing > 0;) {
        const auto count = static_cast<std::size_t>(
            std::min<std::int64_t>(missing, static_cast<std::int64_t>(piece.size())));
        for (std::size_t i = 0; i < count; i += 4) {
            const std::uint64_t bits = numbers_.next();
            for (std::size_t j = i; j < std::min(i + 4, count); ++j)
                piece[j] = nf4Bytes_[bits >> (16 * (j - i)) & 0xffffU];
        }
        if (auto written = sink(std::as_bytes(std::span(piece).first(count))); !written) {
            return written;
        }
        missing -= static_cast<std::int64_t>(count);
    }
    const float scale = weightDeviation(spec) / deviationOf(kNf4Levels);
    std::vector<float> absmax(static_cast<std::size_t>(nf4Blocks(weights)));
    for (float& value : absmax)
        value = nextScale(scale);
    for (const auto& part : nf4ScaleParts(spec, "bfloat16", absmax, nestedScales)) {
        if (auto written = sink(part); !written) return written;
    }
    return {};
}

}  // namespace dsm::cli
