#include <algorithm>
#include <cmath>

#include "kernels/cpu/train_simd.h"
#include "kernels/ops/train/cross_entropy.h"

namespace dsm::cpu {

void crossEntropy(OpContext& context, const CrossEntropyArgs<float>& args) {
    checkShapes(args);
    const TrainLoops& loops = trainLoopsOf(context);
    const auto scale = static_cast<float>(args.scale);
    context.pool->run(args.logits.rows, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
            float* row = args.logits.row(i);
            const std::int64_t count = args.logits.cols;
            const std::int32_t label = args.labels[static_cast<std::size_t>(i)];
            if (label == kNoLabel) {
                std::fill_n(row, count, 0.0F);
                args.loss[static_cast<std::size_t>(i)] = 0;
                continue;
            }
            const float largest = loops.largest(row, count);
            const double wanted = row[label];
            const float total = loops.exponentials(row, count, 1, largest);
            args.loss[static_cast<std::size_t>(i)] =
                std::log(static_cast<double>(total)) + (static_cast<double>(largest) - wanted);
            loops.multiply(row, count, scale / total);
            row[label] -= scale;
        }
    });
}

}  // namespace dsm::cpu
