#include "app/cli/bench_inputs.h"

#include <algorithm>

#include "engine/model/pass/token_work.h"

namespace dsm::cli {
namespace {

constexpr std::size_t kMostStretches = 512;  // more tells nothing new

}  // namespace

Spread spreadOf(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    const double median =
        values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    return {median, values.front(), values.back()};
}

std::vector<std::int32_t> randomIds(std::int64_t count, std::int64_t vocabSize) {
    std::vector<std::int32_t> ids;
    ids.reserve(static_cast<std::size_t>(count));
    std::uint64_t state = 1;
    for (std::int64_t i = 0; i < count; ++i) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        ids.push_back(
            static_cast<std::int32_t>((state >> 33) % static_cast<std::uint64_t>(vocabSize)));
    }
    return ids;
}

cpu::Arithmetic arithmeticOf(DType weights) {
    switch (weights) {
        case DType::Q8:
        case DType::Q4:
            return cpu::Arithmetic::Int8;
        case DType::BF16:
            return cpu::Arithmetic::BFloat16;
        case DType::F32:
        case DType::F16:
        case DType::NF4:
            break;
    }
    return cpu::Arithmetic::Float32;
}

std::vector<cpu::Stretch> weightStretches(const Weights& weights) {
    std::vector<cpu::Stretch> all;
    for (const Weight* weight : everyWeight(weights)) {
        cpu::addStretches({static_cast<const std::byte*>(weight->data), weight->sizeBytes()}, all);
    }
    if (all.size() <= kMostStretches) return all;
    std::vector<cpu::Stretch> some;
    some.reserve(kMostStretches);
    for (std::size_t i = 0; i < kMostStretches; ++i)
        some.push_back(all[i * all.size() / kMostStretches]);
    return some;
}

std::int64_t usualPrompt(const std::vector<std::int64_t>& ascending) {
    const auto longer = std::upper_bound(ascending.begin(), ascending.end(), std::int64_t{512});
    return longer == ascending.begin() ? ascending.front() : *(longer - 1);
}

}  // namespace dsm::cli
