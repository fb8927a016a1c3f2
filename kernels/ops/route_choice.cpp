#include <algorithm>

#include "kernels/ops/best_scores.h"
#include "kernels/ops/route.h"

namespace dsm {
namespace {

void takeWeights(const RouteArgs& args, std::int64_t t) {
    const std::int64_t active = args.expert.cols;
    const std::int32_t* expert = args.expert.row(t);
    float* weight = args.weight.row(t);
    float sum = 0;
    for (std::int64_t a = 0; a < active; ++a) {
        weight[a] = args.scores.row(t)[expert[a]];
        sum += weight[a];
    }
    if (!args.normalizeTopK) return;
    for (std::int64_t a = 0; a < active; ++a)
        weight[a] /= sum;
}

// A counting sort: begin[e] first counts, then points at the end of e's slots, and moves to their
// beginning while the slots are filled in from the last to the first.
void groupByExpert(const Matrix<std::int32_t>& expert, const ExpertGroups& groups) {
    std::fill(groups.begin.begin(), groups.begin.end(), 0);
    for (std::int64_t i = 0; i < expert.size(); ++i) {
        ++groups.begin[static_cast<std::size_t>(expert.data[i])];
    }
    std::int32_t end = 0;
    for (std::int32_t& begin : groups.begin)
        begin = end += begin;
    for (std::int64_t i = expert.size(); i-- > 0;) {
        std::int32_t& begin = groups.begin[static_cast<std::size_t>(expert.data[i])];
        groups.slots[static_cast<std::size_t>(--begin)] = static_cast<std::int32_t>(i);
    }
}

}  // namespace

void chooseExperts(const RouteArgs& args) {
    for (std::int64_t t = 0; t < args.scores.rows; ++t) {
        softmaxScores(args.scores.row(t), args.scores.cols);
        takeBest(args.scores.row(t), args.scores.cols, args.expert.row(t), args.expert.cols);
        takeWeights(args, t);
    }
    groupByExpert(args.expert, args.groups);
}

}  // namespace dsm
