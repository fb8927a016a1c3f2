#include "engine/train/epoch_shape.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>
#include <vector>

namespace dsm {

namespace {

BatchShape shapeOf(const MicroBatch& samples, const Dataset& data) {
    BatchShape shape{.samples = static_cast<std::int64_t>(samples.size())};
    for (const std::int64_t i : samples) {
        const SampleLength length = data.length(i);
        shape.tokens += length.tokens;
        shape.labels += length.labels;
    }
    return shape;
}

// What an epoch computes, pass by pass.
std::vector<MicroBatch> passesOf(const std::vector<StepPlan>& steps, const Dataset& data,
                                 const BatchOptions& options) {
    std::vector<MicroBatch> passes;
    for (const StepPlan& step : steps) {
        for (const MicroBatch& micro : step) {
            for (MicroBatch& piece : piecesOf(micro, data, options.pieceTokens))
                passes.push_back(std::move(piece));
        }
    }
    return passes;
}

}  // namespace

BatchShape BatchShape::joined(const BatchShape& other) const {
    return {.tokens = std::max(tokens, other.tokens),
            .labels = std::max(labels, other.labels),
            .samples = std::max(samples, other.samples)};
}

BatchShape BatchShape::cutTo(std::int64_t most) const {
    return {.tokens = std::min(tokens, most),
            .labels = std::min(labels, most),
            .samples = std::min(samples, most)};
}

BatchShape longestSample(const Dataset& data) {
    BatchShape longest;
    for (std::int64_t i = 0; i < data.size(); ++i) {
        const SampleLength length = data.length(i);
        longest = longest.joined({.tokens = length.tokens, .labels = length.labels});
    }
    return longest;
}

EpochShape epochShape(const Dataset& data, const BatchOptions& options) {
    std::vector<std::int64_t> lengths;
    for (std::int64_t i = 0; i < data.size(); ++i) {
        const SampleLength length = data.length(i);
        lengths.push_back(length.labels > 0 ? length.tokens : 0);
    }
    const std::vector<StepPlan> steps = planEpoch(lengths, options, 0);
    const std::vector<MicroBatch> passes = passesOf(steps, data, options);
    EpochShape result;
    result.steps = static_cast<std::int64_t>(steps.size());
    if (passes.empty()) return result;
    std::vector<std::int64_t> sizes;
    for (const MicroBatch& pass : passes) {
        const BatchShape shape = shapeOf(pass, data);
        if (shape.tokens > result.largest.tokens) {
            result.largest = shape;
            result.longest = pass;
        }
        sizes.push_back(shape.tokens);
        result.meanTokens += static_cast<double>(shape.tokens);
    }
    result.meanTokens /= static_cast<double>(sizes.size());
    result.batchesPerStep = static_cast<double>(sizes.size()) / static_cast<double>(steps.size());
    const auto distance = [&](std::int64_t size) {
        return std::abs(static_cast<double>(size) - result.meanTokens);
    };
    const auto nearest =
        std::min_element(sizes.begin(), sizes.end(),
                         [&](std::int64_t a, std::int64_t b) { return distance(a) < distance(b); });
    result.usual = passes[static_cast<std::size_t>(nearest - sizes.begin())];
    return result;
}

}  // namespace dsm
