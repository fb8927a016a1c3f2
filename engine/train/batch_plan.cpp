#include "engine/train/batch_plan.h"

#include <algorithm>
#include <random>
#include <utility>

namespace dsm {
namespace {

// Fisher and Yates; the library's own shuffle differs from one to the next.
void shuffle(std::vector<std::int64_t>& order, std::mt19937_64& random) {
    for (std::size_t i = order.size(); i > 1; --i)
        std::swap(order[i - 1], order[random() % i]);
}

void sortByLength(std::vector<std::int64_t>& order, std::span<const std::int64_t> lengths,
                  std::int64_t block) {
    const auto longer = [&](std::int64_t a, std::int64_t b) {
        const auto of = [&](std::int64_t i) { return lengths[static_cast<std::size_t>(i)]; };
        return of(a) > of(b);
    };
    const auto size = static_cast<std::size_t>(std::max<std::int64_t>(block, 1));
    for (std::size_t begin = 0; begin < order.size(); begin += size) {
        const auto first = order.begin() + static_cast<std::ptrdiff_t>(begin);
        const auto last =
            order.begin() + static_cast<std::ptrdiff_t>(std::min(order.size(), begin + size));
        std::stable_sort(first, last, longer);
    }
    // min_element by `longer` is the longest of all.
    if (!order.empty())
        std::iter_swap(order.begin(), std::min_element(order.begin(), order.end(), longer));
}

std::vector<MicroBatch> microBatches(const std::vector<std::int64_t>& order,
                                     std::span<const std::int64_t> lengths,
                                     const BatchOptions& options) {
    std::vector<MicroBatch> batches;
    std::int64_t tokens = 0;
    for (const std::int64_t sample : order) {
        const std::int64_t length = lengths[static_cast<std::size_t>(sample)];
        const bool full =
            batches.empty() ||
            (options.packTokens > 0
                 ? tokens + length > options.packTokens
                 : static_cast<std::int64_t>(batches.back().size()) == options.batchSamples);
        if (full) {
            batches.emplace_back();
            tokens = 0;
        }
        batches.back().push_back(sample);
        tokens += length;
    }
    return batches;
}

}  // namespace

std::vector<StepPlan> planEpoch(std::span<const std::int64_t> lengths, const BatchOptions& options,
                                std::int64_t epoch) {
    std::vector<std::int64_t> order;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        if (lengths[i] > 0) order.push_back(static_cast<std::int64_t>(i));
    }
    std::mt19937_64 random(options.seed * 1000003U + static_cast<std::uint64_t>(epoch));
    shuffle(order, random);
    if (options.groupByLength)
        sortByLength(order, lengths, 50 * options.batchSamples * options.accumulation);
    std::vector<StepPlan> steps;
    for (MicroBatch& batch : microBatches(order, lengths, options)) {
        if (steps.empty() ||
            static_cast<std::int64_t>(steps.back().size()) == options.accumulation) {
            steps.emplace_back();
        }
        steps.back().push_back(std::move(batch));
    }
    return steps;
}

std::vector<MicroBatch> piecesOf(const MicroBatch& samples, const Dataset& data,
                                 std::int64_t pieceTokens) {
    if (pieceTokens == 0) return {samples};
    std::vector<MicroBatch> pieces;
    std::int64_t tokens = 0;
    for (const std::int64_t sample : samples) {
        const std::int64_t own = data.length(sample).tokens;
        if (pieces.empty() || tokens + own > pieceTokens) {
            pieces.emplace_back();
            tokens = 0;
        }
        pieces.back().push_back(sample);
        tokens += own;
    }
    return pieces;
}

std::optional<std::int64_t> stepsOfAnEpoch(std::span<const std::int64_t> lengths,
                                           const BatchOptions& options) {
    if (options.packTokens > 0) return std::nullopt;
    const auto samples = static_cast<std::int64_t>(
        std::count_if(lengths.begin(), lengths.end(), [](std::int64_t l) { return l > 0; }));
    const auto parts = [](std::int64_t whole, std::int64_t part) {
        return whole / part + (whole % part > 0 ? 1 : 0);
    };
    return parts(parts(samples, options.batchSamples), options.accumulation);
}

std::optional<std::int64_t> stepsOfAll(std::span<const std::int64_t> lengths,
                                       const BatchOptions& options, std::int64_t epochs,
                                       const std::stop_token& stop) {
    if (const auto each = stepsOfAnEpoch(lengths, options)) return *each * epochs;
    std::int64_t steps = 0;
    for (std::int64_t epoch = 0; epoch < epochs; ++epoch) {
        if (stop.stop_requested()) return std::nullopt;
        steps += static_cast<std::int64_t>(planEpoch(lengths, options, epoch).size());
    }
    return steps;
}

}  // namespace dsm
