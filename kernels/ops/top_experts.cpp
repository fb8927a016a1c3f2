#include "kernels/ops/top_experts.h"

#include <algorithm>
#include <cmath>

namespace dsm {
namespace {

void softmax(float* row, std::int64_t count) {
    const float largest = *std::max_element(row, row + count);
    float total = 0;
    for (std::int64_t e = 0; e < count; ++e) {
        row[e] = std::exp(row[e] - largest);
        total += row[e];
    }
    for (std::int64_t e = 0; e < count; ++e)
        row[e] /= total;
}

// The `active` largest of `score`, best first, ties to the lower index: an insertion into a list
// that stays sorted, where an equal score never overtakes an earlier one.
void takeBest(const float* score, std::int64_t count, std::int32_t* best, std::int64_t active) {
    std::int64_t taken = 0;
    for (std::int64_t e = 0; e < count; ++e) {
        std::int64_t place = taken;
        while (place > 0 && score[best[place - 1]] < score[e])
            --place;
        if (place == active) continue;
        if (taken < active) ++taken;
        std::copy_backward(best + place, best + taken - 1, best + taken);
        best[place] = static_cast<std::int32_t>(e);
    }
}

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
        softmax(args.scores.row(t), args.scores.cols);
        takeBest(args.scores.row(t), args.scores.cols, args.expert.row(t), args.expert.cols);
        takeWeights(args, t);
    }
    groupByExpert(args.expert, args.groups);
}

}  // namespace dsm
