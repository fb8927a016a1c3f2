// Rotary positions, for the operations of every backend that write queries and keys.
//
//   for each head h of the row and i < K/2:
//   (row[h,i], row[h,i+K/2]) is turned by the angle position * theta^(-2i/K)
//
// Source    Su et al., arXiv 2104.09864; pairs lie half a head apart ("rotate half"), angle and
//           rotation in float32, as the checkpoints were trained.
// Letters   S positions, K head size.
#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/base/views.h"

namespace dsm {

// Fills the rotary table [S, K]: for each position K/2 cosines, then K/2 sines.
inline void fillRotary(const Matrix<float>& table, float theta) {
    const std::int64_t half = table.cols / 2;
    for (std::int64_t i = 0; i < half; ++i) {
        const float exponent = static_cast<float>(2 * i) / static_cast<float>(table.cols);
        const float frequency = 1.0F / std::pow(theta, exponent);
        for (std::int64_t s = 0; s < table.rows; ++s) {
            const float angle = static_cast<float>(s) * frequency;
            table.row(s)[i] = std::cos(angle);
            table.row(s)[half + i] = std::sin(angle);
        }
    }
}

// `row` holds `width` numbers, a whole number of heads; `line` is the table's for the row's
// position.
inline void rotateHeads(float* row, std::int64_t width, const float* line, std::int64_t headSize) {
    const std::int64_t half = headSize / 2;
    for (std::int64_t h = 0; h < width; h += headSize) {
        for (std::int64_t i = 0; i < half; ++i) {
            const float a = row[h + i];
            const float b = row[h + half + i];
            row[h + i] = a * line[i] - b * line[half + i];
            row[h + half + i] = b * line[i] + a * line[half + i];
        }
    }
}

}  // namespace dsm
