// Q8 and Q4 blocks from weights: 32 numbers of a row become a scale and 32 levels.
//
//   Q8  scale = max |w| / 127, rounded to F16; level = round(w / scale)
//   Q4  scale = the one of least error sum over c of importance[c] * (w[c] - scale * level[c])^2
//       among those that map the weight of largest magnitude near either end of the levels, each
//       refined by least squares; rounded to F16; level = the nearest one
//
// Where the F16 scale falls short of what a block holds (below 6e-8 * 127 there is no finer one),
// the next larger is taken, so that the error of a Q8 weight is at most half a scale.
//
// Letters   As in weight_blocks.h.
// Threads   Functions may be called from any thread.
// Errors    False where a weight is not finite: a format of levels cannot say so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/base/dtype.h"
#include "kernels/base/weight_blocks.h"

namespace dsm {

// Rows of a plain weight [rows, cols] as a file holds them; on any address.
struct PlainRows {
    const std::byte* data = nullptr;
    DType type = DType::F32;  // F32, F16 or BF16
    std::int64_t rows = 0;
    std::int64_t cols = 0;
};

// `out` has panelBytes(type, source.cols) bytes; `importance` has source.cols numbers of 0 or more,
// or none where all columns count the same.
bool quantizePanel(const PlainRows& source, std::int64_t panel, DType type,
                   std::span<const float> importance, std::span<std::byte> out);

// Weights [first, first + out.size()) in row-major order, in float32 and in bfloat16. The second
// copies where the source is bfloat16.
bool readWeights(const PlainRows& source, std::int64_t first, std::span<float> out);
bool readWeights(const PlainRows& source, std::int64_t first, std::span<BFloat16> out);

}  // namespace dsm
