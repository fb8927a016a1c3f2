#include "engine/train/epoch_shape.h"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <vector>

namespace dsm {

EpochShape epochShape(const Dataset& data, const BatchOptions& options) {
    std::vector<std::int64_t> lengths, labels;
    for (std::int64_t i = 0; i < data.size(); ++i) {
        const SampleLength length = data.length(i);
        labels.push_back(length.labels);
        lengths.push_back(length.labels > 0 ? length.tokens : 0);
    }
    EpochShape result;
    const std::vector<StepPlan> steps = planEpoch(lengths, options, 0);
    std::vector<std::int64_t> sizes;
    for (const StepPlan& step : steps) {
        for (const MicroBatch& micro : step) {
            BatchShape shape{.samples = static_cast<std::int64_t>(micro.size())};
            for (const std::int64_t i : micro) {
                shape.tokens += lengths[static_cast<std::size_t>(i)];
                shape.labels += labels[static_cast<std::size_t>(i)];
            }
            if (shape.tokens > result.largest.tokens) {
                result.largest = shape;
                result.longest = micro;
            }
            sizes.push_back(shape.tokens);
            result.meanTokens += static_cast<double>(shape.tokens);
        }
    }
    result.steps = static_cast<std::int64_t>(steps.size());
    if (sizes.empty()) return result;
    result.meanTokens /= static_cast<double>(sizes.size());
    result.batchesPerStep = static_cast<double>(sizes.size()) / static_cast<double>(steps.size());
    double nearest = std::numeric_limits<double>::max();
    std::size_t at = 0;
    for (const StepPlan& step : steps) {
        for (const MicroBatch& micro : step) {
            const double distance = std::abs(static_cast<double>(sizes[at++]) - result.meanTokens);
            if (distance >= nearest) continue;
            nearest = distance;
            result.usual = micro;
        }
    }
    return result;
}

}  // namespace dsm
