#include <algorithm>
#include <cmath>

#include "kernels/ops/train/cross_entropy.h"

namespace dsm::reference {

template <class T>
void crossEntropy(OpContext&, const CrossEntropyArgs<T>& args) {
    checkShapes(args);
    for (std::int64_t i = 0; i < args.logits.rows; ++i) {
        T* row = args.logits.row(i);
        const auto place = static_cast<std::size_t>(i);
        if (args.labels[place] == kNoLabel) {
            std::fill_n(row, args.logits.cols, T{0});
            args.loss[place] = 0;
            continue;
        }
        const T largest = *std::max_element(row, row + args.logits.cols);
        const T wanted = row[args.labels[place]];
        double total = 0;
        for (std::int64_t v = 0; v < args.logits.cols; ++v)
            total += std::exp(static_cast<double>(row[v] - largest));
        args.loss[place] = std::log(total) + static_cast<double>(largest - wanted);
        for (std::int64_t v = 0; v < args.logits.cols; ++v) {
            const double p = std::exp(static_cast<double>(row[v] - largest)) / total;
            row[v] = static_cast<T>(args.scale * (p - (v == args.labels[place] ? 1.0 : 0.0)));
        }
    }
}

template void crossEntropy(OpContext&, const CrossEntropyArgs<float>&);
template void crossEntropy(OpContext&, const CrossEntropyArgs<double>&);

}  // namespace dsm::reference
