// The rotation of one row, for every backend.
#pragma once

#include "kernels/ops/train/rotate.h"

namespace dsm {

template <class T>
void rotateRow(const RotateArgs<T>& args, std::int64_t t) {
    const std::int64_t size = args.rotary.cols;
    const std::int64_t half = size / 2;
    const float* line = args.rotary.row(args.positions[static_cast<std::size_t>(t)]);
    T* row = args.rows.row(t);
    const T sign = args.inverse ? T{-1} : T{1};
    for (std::int64_t h = 0; h < args.rows.cols; h += size) {
        for (std::int64_t i = 0; i < half; ++i) {
            const T a = row[h + i];
            const T b = row[h + half + i];
            const T cosine = static_cast<T>(line[i]);
            const T sine = sign * static_cast<T>(line[half + i]);
            row[h + i] = a * cosine - b * sine;
            row[h + half + i] = b * cosine + a * sine;
        }
    }
}

}  // namespace dsm
