// KV panels: the layout of cached keys and values, for one layer.
//
//   keys, values = for each of G key/value heads: panels of 16 positions, one after the other
//   key panel    = number [K'][16]: for each column of the head the sixteen positions side by side,
//                  so that a query meets sixteen keys at once
//   value panel  = number [16][K']: for each position its row
//   numbers      = F32 or BF16
//
// In 8 bits (Q8) a number is a byte that holds level + 128, level being -127 .. 127, and a panel
// begins with float32 scale[16], one per position: scale = max |x| / 127. Instructions multiply
// four bytes at a time, so four of those that are summed lie together:
//
//   key panel    = scales | byte [K'/4][16][4]: four columns of each position
//   value panel  = scales | byte [4][K'][4]: four positions of each column
//
// K' is the head size rounded up to whole vectors of 16; what fills it up is of no meaning.
//
// Letters   S positions, G key/value heads, K head size.
// Ownership A view owns nothing.
// Threads   Different positions may be written by different threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "kernels/base/check.h"

namespace dsm {

enum class KvType : std::uint8_t { F32, BF16, Q8 };

constexpr std::string_view name(KvType type) {
    return type == KvType::F32 ? "f32" : type == KvType::BF16 ? "bf16" : "q8";
}

inline constexpr std::int64_t kKvPanel = 16;        // positions
inline constexpr std::int64_t kMostHeadSize = 512;  // K

constexpr std::int64_t paddedHead(std::int64_t headSize) {
    return (headSize + 15) / 16 * 16;
}
// Of the byte that holds level 0.
inline constexpr std::int32_t kKvBias = 128;

constexpr std::int64_t kvNumberBytes(KvType type) {
    return type == KvType::F32 ? 4 : type == KvType::BF16 ? 2 : 1;
}
// Of a panel's scales, which come before its numbers.
constexpr std::int64_t kvScaleBytes(KvType type) {
    return type == KvType::Q8 ? kKvPanel * 4 : 0;
}
constexpr std::int64_t kvPanelBytes(KvType type, std::int64_t headSize) {
    return kvScaleBytes(type) + kKvPanel * paddedHead(headSize) * kvNumberBytes(type);
}

// Where the numbers of one position of one head lie in its panel: number i at offset(i), counted in
// numbers after the scales.
struct KvLine {
    std::int64_t first = 0;
    std::int64_t stride = 0;  // from one run to the next
    int runShift = 0;         // a run is 1 << runShift numbers, one after the other

    constexpr std::int64_t offset(std::int64_t i) const {
        return first + (i >> runShift) * stride + (i & ((std::int64_t{1} << runShift) - 1));
    }
};

constexpr KvLine kvLine(KvType type, std::int64_t headSize, bool areKeys, std::int64_t inPanel) {
    const std::int64_t width = paddedHead(headSize);
    if (type != KvType::Q8) {
        return areKeys ? KvLine{inPanel, kKvPanel, 0} : KvLine{inPanel * width, 1, 0};
    }
    return areKeys ? KvLine{inPanel * 4, kKvPanel * 4, 2}
                   : KvLine{inPanel / 4 * width * 4 + inPanel % 4, 4, 0};
}

struct KvPanels {
    std::byte* keys = nullptr;
    std::byte* values = nullptr;
    KvType type = KvType::F32;
    std::int64_t positions = 0;  // S, a multiple of kKvPanel
    std::int64_t heads = 0;      // G
    std::int64_t headSize = 0;   // K

    std::int64_t width() const { return heads * headSize; }
    // Of the keys, and again of the values.
    std::int64_t sizeBytes() const {
        return heads * positions / kKvPanel * kvPanelBytes(type, headSize);
    }
    // Byte where the panel of position s of head g begins.
    std::int64_t panelOf(std::int64_t g, std::int64_t s) const {
        DSM_CHECK(g >= 0 && g < heads && s >= 0 && s < positions);
        return (g * (positions / kKvPanel) + s / kKvPanel) * kvPanelBytes(type, headSize);
    }

    // Rounds and stores the keys or values [G*K] of position s.
    void storeKeys(std::int64_t s, const float* row) const;
    void storeValues(std::int64_t s, const float* row) const;
    // Asks for the memory of position s to be brought near; the lines of keys lie far apart.
    void fetch(std::int64_t s) const;
    // One number as it is stored. For reference loops and tests, not for hot paths.
    float key(std::int64_t g, std::int64_t s, std::int64_t i) const;
    float value(std::int64_t g, std::int64_t s, std::int64_t i) const;
};

}  // namespace dsm
