#include "app/cli/bench_plan.h"

#include <algorithm>

namespace dsm::cli {

std::int64_t streamPosition(const BenchPlan& plan) {
    return plan.positions.empty() ? 0 : std::ranges::min(plan.positions);
}

std::int64_t contextFor(const BenchPlan& plan) {
    std::int64_t positions = 16;
    for (const std::int64_t tokens : plan.prompts)
        positions = std::max(positions, tokens);
    for (const std::int64_t position : plan.positions)
        positions = std::max(positions, position + kDecodeRoom);
    if (!plan.streams.empty()) positions = std::max(positions, streamPosition(plan) + kDecodeRoom);
    return positions;
}

}  // namespace dsm::cli
