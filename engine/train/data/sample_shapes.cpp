#include "engine/train/data/sample_shapes.h"

#include <algorithm>

#include "kernels/base/check.h"

namespace dsm {

void SampleShapes::add(const TrainingSample& sample) {
    const std::size_t size = sample.labels.size();
    DSM_CHECK(size <= UINT32_MAX && tokens_.size() < UINT32_MAX);
    const auto index = static_cast<std::uint32_t>(tokens_.size());
    for (std::size_t begin = 0; begin < size;) {
        if (sample.labels[begin] == kNotTrained) {
            ++begin;
            continue;
        }
        std::size_t end = begin;
        while (end < size && sample.labels[end] != kNotTrained)
            ++end;
        trained_.push_back(
            {index, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
        begin = end;
    }
    tokens_.push_back(static_cast<std::uint32_t>(size));
}

LimitOutcome SampleShapes::at(std::int64_t maximumTokens) const {
    LimitOutcome all;
    auto next = trained_.begin();
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
        const std::int64_t whole = tokens_[i];
        const std::int64_t kept = std::min(whole, maximumTokens);
        std::int64_t trained = 0;
        bool trains = false;
        bool isCutInside = false;
        for (; next != trained_.end() && next->sample == i; ++next) {
            const std::int64_t end = std::min<std::int64_t>(next->end, kept);
            trained += std::max<std::int64_t>(0, end - next->begin);
            // The first label counts for nothing: nothing stands before it.
            trains = trains || end > std::max<std::int64_t>(1, next->begin);
            isCutInside = isCutInside || (next->begin < kept && next->end > kept);
        }
        if (!trains) {
            ++all.trainNothing;
            continue;
        }
        ++all.examples;
        all.tokens += kept;
        all.trainedTokens += trained;
        if (kept < whole) ++all.cut;
        if (isCutInside) ++all.cutInsideAnswer;
    }
    return all;
}

std::vector<std::int64_t> SampleShapes::histogram(int bars, std::int64_t width) const {
    DSM_CHECK(bars > 0 && width > 0);
    std::vector<std::int64_t> counts(static_cast<std::size_t>(bars));
    for (const std::int64_t tokens : tokens_) {
        const std::int64_t bar = std::min<std::int64_t>((tokens - 1) / width, bars - 1);
        ++counts[static_cast<std::size_t>(bar)];
    }
    return counts;
}

}  // namespace dsm
