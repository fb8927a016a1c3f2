#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/cpu/train_simd.h"
#include "kernels/ops/train/adamw.h"

namespace dsm::cpu {

void adamW(OpContext& context, const AdamWArgs& args) {
    checkShapes(args);
    const auto clip = clipOf(args.clip);
    if (!clip) return;
    const TrainLoops& loops = trainLoopsOf(context);
    const auto steps = static_cast<double>(args.step);
    const AdamWStep step{
        .rate = static_cast<float>(args.rate / (1 - std::pow(args.beta1, steps))),
        .decayed = static_cast<float>(1 - args.rate * args.decay),
        .beta1 = static_cast<float>(args.beta1),
        .beta2 = static_cast<float>(args.beta2),
        .fresh1 = static_cast<float>(1 - args.beta1),
        .fresh2 = static_cast<float>(1 - args.beta2),
        .epsilon = static_cast<float>(args.epsilon),
        .secondScale = static_cast<float>(1 / std::sqrt(1 - std::pow(args.beta2, steps))),
        .gradientScale = static_cast<float>(args.gradientScale * *clip)};
    const auto count = static_cast<std::int64_t>(args.weight.size());
    context.pool->run(count, 1 << 14, [&](std::int64_t begin, std::int64_t end) {
        loops.adamW(args.weight.data() + begin, args.gradient.data() + begin,
                    args.first.data() + begin, args.second.data() + begin, end - begin, step);
    });
}

void sumOfSquares(OpContext& context, const SumOfSquaresArgs& args) {
    const std::span<const float> numbers = args.numbers;
    const TrainLoops& loops = trainLoopsOf(context);
    const auto count = static_cast<std::int64_t>(numbers.size());
    std::vector<double> sums(static_cast<std::size_t>((count + kSquaresChunk - 1) / kSquaresChunk));
    context.pool->run(count, kSquaresChunk, [&](std::int64_t begin, std::int64_t end) {
        sums[static_cast<std::size_t>(begin / kSquaresChunk)] =
            loops.sumOfSquares(numbers.data() + begin, end - begin);
    });
    double total = 0;
    for (const double sum : sums)
        total += sum;
    *args.sum = total;
}

}  // namespace dsm::cpu
