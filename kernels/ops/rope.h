// Rotary positions, for the operations of every backend that write queries and keys.
//
//   for each head h of the row and i < K/2, with angle = position * inverseFrequency[i]:
//   (row[h,i], row[h,i+K/2]) is turned by angle
//
// Source    Su et al., arXiv 2104.09864; pairs lie half a head apart ("rotate half"), angle and
//           rotation in float32, as the checkpoints were trained.
// Letters   K head size.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>

namespace dsm {

// `row` holds `width` numbers, a whole number of heads of twice inverseFrequency.size().
inline void rotateHeads(float* row, std::int64_t width, std::span<const float> inverseFrequency,
                        std::int64_t position) {
    const auto half = static_cast<std::int64_t>(inverseFrequency.size());
    for (std::int64_t i = 0; i < half; ++i) {
        const float angle =
            static_cast<float>(position) * inverseFrequency[static_cast<std::size_t>(i)];
        const float c = std::cos(angle);
        const float s = std::sin(angle);
        for (std::int64_t h = i; h < width; h += 2 * half) {
            const float a = row[h];
            const float b = row[h + half];
            row[h] = a * c - b * s;
            row[h + half] = b * c + a * s;
        }
    }
}

}  // namespace dsm
