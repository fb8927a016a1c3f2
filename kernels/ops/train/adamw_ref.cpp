#include <algorithm>
#include <cmath>

#include "kernels/ops/train/adamw.h"

namespace dsm::reference {

void adamW(OpContext&, const AdamWArgs& args) {
    checkShapes(args);
    const auto clip = clipOf(args.clip);
    if (!clip) return;
    const double gradientScale = args.gradientScale * *clip;
    const double bias1 = 1 - std::pow(args.beta1, static_cast<double>(args.step));
    const double bias2 = 1 - std::pow(args.beta2, static_cast<double>(args.step));
    for (std::size_t i = 0; i < args.weight.size(); ++i) {
        const double g = gradientScale * static_cast<double>(args.gradient[i]);
        const double m = args.beta1 * static_cast<double>(args.first[i]) + (1 - args.beta1) * g;
        const double v =
            args.beta2 * static_cast<double>(args.second[i]) + (1 - args.beta2) * g * g;
        args.first[i] = static_cast<float>(m);
        args.second[i] = static_cast<float>(v);
        const double kept = static_cast<double>(args.weight[i]) * (1 - args.rate * args.decay);
        args.weight[i] = static_cast<float>(kept - args.rate * (m / bias1) /
                                                       (std::sqrt(v / bias2) + args.epsilon));
    }
}

void sumOfSquares(OpContext&, const SumOfSquaresArgs& args) {
    const std::span<const float> numbers = args.numbers;
    double total = 0;
    for (std::size_t begin = 0; begin < numbers.size(); begin += kSquaresChunk) {
        double sum = 0;
        const std::size_t end = std::min(numbers.size(), begin + kSquaresChunk);
        for (std::size_t i = begin; i < end; ++i)
            sum += static_cast<double>(numbers[i]) * static_cast<double>(numbers[i]);
        total += sum;
    }
    *args.sum = total;
}

}  // namespace dsm::reference
