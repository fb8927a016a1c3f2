#include <algorithm>

#include "kernels/ops/train/rows.h"

namespace dsm::reference {

template <class T>
void takeRows(OpContext&, const TakeRowsArgs<T>& args) {
    checkShapes(args);
    for (std::int64_t i = 0; i < args.taken.rows; ++i) {
        const std::int32_t row = args.rows[static_cast<std::size_t>(i)];
        if (row == kNoRow) {
            std::fill_n(args.taken.row(i), args.all.cols, T{0});
        } else {
            std::copy_n(args.all.row(row), args.all.cols, args.taken.row(i));
        }
    }
}

template <class T>
void putRows(OpContext&, const PutRowsArgs<T>& args) {
    checkShapes(args);
    for (std::int64_t i = 0; i < args.taken.rows; ++i) {
        const std::int32_t row = args.rows[static_cast<std::size_t>(i)];
        if (row != kNoRow) std::copy_n(args.taken.row(i), args.all.cols, args.all.row(row));
    }
}

template void takeRows(OpContext&, const TakeRowsArgs<float>&);
template void takeRows(OpContext&, const TakeRowsArgs<double>&);
template void putRows(OpContext&, const PutRowsArgs<float>&);
template void putRows(OpContext&, const PutRowsArgs<double>&);

}  // namespace dsm::reference
