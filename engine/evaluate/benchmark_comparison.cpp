#include "engine/evaluate/benchmark_comparison.h"

#include <algorithm>
#include <cmath>

namespace dsm {

double BenchmarkComparison::difference() const {
    if (questions() == 0) return 0;
    return static_cast<double>(onlySecond - onlyFirst) / static_cast<double>(questions());
}

double BenchmarkComparison::error() const {
    if (questions() < 2) return 0;
    const auto count = static_cast<double>(questions());
    const double mean = difference();
    const auto differ = static_cast<double>(onlyFirst + onlySecond);
    const double squares = std::max(0.0, differ - count * mean * mean);
    return std::sqrt(squares / (count - 1) / count);
}

double BenchmarkComparison::chance() const {
    const std::int64_t differ = onlyFirst + onlySecond;
    const std::int64_t fewer = std::min(onlyFirst, onlySecond);
    const auto logFactorial = [](std::int64_t n) {
        return std::lgamma(static_cast<double>(n) + 1);
    };
    double sum = 0;
    for (std::int64_t i = 0; i <= fewer; ++i) {
        sum += std::exp(logFactorial(differ) - logFactorial(i) - logFactorial(differ - i) -
                        static_cast<double>(differ) * std::log(2.0));
    }
    return std::min(1.0, 2 * sum);
}

BenchmarkComparison compareAnswers(std::span<const std::pair<bool, bool>> answers) {
    BenchmarkComparison found;
    for (const auto& [first, second] : answers) {
        if (first && second)
            ++found.both;
        else if (first)
            ++found.onlyFirst;
        else if (second)
            ++found.onlySecond;
        else
            ++found.neither;
    }
    return found;
}

}  // namespace dsm
