#include "engine/train/data/sample_shapes.h"

#include <algorithm>
#include <optional>

#include "kernels/base/check.h"

namespace dsm {
namespace {

struct Stretch {
    std::size_t begin, end;  // in tokens of the sample
};

std::vector<Stretch> trainedIn(const TrainingSample& sample) {
    std::vector<Stretch> stretches;
    const std::size_t size = sample.labels.size();
    for (std::size_t begin = 0; begin < size;) {
        if (sample.labels[begin] == kNotTrained) {
            ++begin;
            continue;
        }
        std::size_t end = begin;
        while (end < size && sample.labels[end] != kNotTrained)
            ++end;
        stretches.push_back({begin, end});
        begin = end;
    }
    return stretches;
}

// The least limit at which something is trained. The first label counts for nothing: nothing
// stands before it.
std::optional<std::size_t> firstTrained(const std::vector<Stretch>& stretches) {
    for (const Stretch& stretch : stretches) {
        const std::size_t first = std::max<std::size_t>(1, stretch.begin);
        if (stretch.end > first) return first + 1;
    }
    return std::nullopt;
}

}  // namespace

void SampleShapes::count(const TrainingSample& sample, int times) {
    const std::size_t size = sample.labels.size();
    if (changes_.size() < size + 2) changes_.resize(size + 2);
    size_ += times;
    changes_[size].whole += times;
    const std::vector<Stretch> stretches = trainedIn(sample);
    const auto first = firstTrained(stretches);
    if (!first) return;
    changes_[*first].begun += times;
    changes_[size].trainedWhole += times;
    for (const Stretch& stretch : stretches) {
        // A first label alone comes with what is trained later.
        const bool isFirstAlone = stretch.end == 1;
        const std::size_t from = isFirstAlone ? *first : stretch.begin + 1;
        const std::size_t to = isFirstAlone ? *first : stretch.end;
        changes_[from].covering += times;
        changes_[to + 1].covering -= times;
        changes_[stretch.begin + 1].open += times;
        changes_[stretch.end].open -= times;
    }
}

LimitOutcome SampleShapes::at(std::int64_t maximumTokens) const {
    LimitOutcome all;
    std::int64_t wholes = 0;
    std::int64_t covering = 0;
    const auto most = static_cast<std::int64_t>(changes_.size()) - 1;
    const std::int64_t limit =
        std::clamp<std::int64_t>(maximumTokens, 0, std::max<std::int64_t>(most, 0));
    for (std::int64_t i = 1; i <= limit; ++i) {
        const Change& change = changes_[static_cast<std::size_t>(i)];
        all.examples += change.begun;
        wholes += change.trainedWhole;
        all.tokens += change.trainedWhole * i;
        covering += change.covering;
        all.trainedTokens += covering;
        all.cutInsideAnswer += change.open;
    }
    all.trainNothing = size_ - all.examples;
    if (all.examples == 0) return {.trainNothing = size_};
    all.cut = all.examples - wholes;
    all.tokens += all.cut * limit;
    return all;
}

std::vector<std::int64_t> SampleShapes::histogram(int bars, std::int64_t width) const {
    DSM_CHECK(bars > 0 && width > 0);
    std::vector<std::int64_t> counts(static_cast<std::size_t>(bars));
    for (std::size_t tokens = 1; tokens < changes_.size(); ++tokens) {
        const std::int64_t bar =
            std::min<std::int64_t>((static_cast<std::int64_t>(tokens) - 1) / width, bars - 1);
        counts[static_cast<std::size_t>(bar)] += changes_[tokens].whole;
    }
    return counts;
}

}  // namespace dsm
