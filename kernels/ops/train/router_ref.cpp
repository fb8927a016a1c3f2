#include "kernels/ops/train/router.h"

#include <algorithm>
#include <vector>

#include "kernels/ops/best_scores.h"

namespace dsm::reference {
namespace {

template <class T>
void takeWeights(const RouterForwardArgs<T>& args, std::int64_t t) {
    T sum = 0;
    for (std::int64_t a = 0; a < args.expert.cols; ++a) {
        args.weight.row(t)[a] = args.scores.row(t)[args.expert.row(t)[a]];
        sum += args.weight.row(t)[a];
    }
    if (!args.normalizeTopK) return;
    for (std::int64_t a = 0; a < args.expert.cols; ++a)
        args.weight.row(t)[a] /= sum;
}

void group(const Matrix<std::int32_t>& expert, const ExpertGroups& groups,
           std::span<std::int32_t> place) {
    std::fill(groups.begin.begin(), groups.begin.end(), 0);
    for (std::int64_t i = 0; i < expert.size(); ++i)
        ++groups.begin[static_cast<std::size_t>(expert.data[i]) + 1];
    for (std::size_t e = 1; e < groups.begin.size(); ++e)
        groups.begin[e] += groups.begin[e - 1];
    std::vector<std::int32_t> next(groups.begin.begin(), groups.begin.end());
    for (std::int64_t i = 0; i < expert.size(); ++i) {
        const std::int32_t at = next[static_cast<std::size_t>(expert.data[i])]++;
        groups.slots[static_cast<std::size_t>(at)] = static_cast<std::int32_t>(i);
        place[static_cast<std::size_t>(i)] = at;
    }
}

// balance * f[e] / n of one segment: what each score of it is multiplied with in the loss.
template <class Args>
void balanceFactors(const Args& args, std::int64_t first, std::int64_t last,
                    std::vector<double>& factor) {
    std::fill(factor.begin(), factor.end(), 0.0);
    const auto tokens = static_cast<double>(last - first);
    const auto experts = static_cast<double>(args.scores.cols);
    const double each =
        args.balance * experts / (static_cast<double>(args.expert.cols) * tokens * tokens);
    for (std::int64_t t = first; t < last; ++t) {
        for (std::int64_t a = 0; a < args.expert.cols; ++a)
            factor[static_cast<std::size_t>(args.expert.row(t)[a])] += each;
    }
}

template <class T>
double weightGradient(const RouterBackwardArgs<T>& args, std::int64_t t, std::int64_t a) {
    const auto slot = static_cast<std::size_t>(t * args.expert.cols + a);
    return static_cast<double>(args.dFactor[static_cast<std::size_t>(args.place[slot])]);
}

// dScore of the choice, into `d`, which holds zeros.
template <class T>
void scoreGradient(const RouterBackwardArgs<T>& args, std::int64_t t, std::vector<double>& d) {
    const std::int32_t* expert = args.expert.row(t);
    double sum = 0;
    double inner = 0;
    for (std::int64_t a = 0; a < args.expert.cols; ++a) {
        sum += static_cast<double>(args.scores.row(t)[expert[a]]);
        inner += weightGradient(args, t, a) * static_cast<double>(args.weight.row(t)[a]);
    }
    for (std::int64_t a = 0; a < args.expert.cols; ++a) {
        const double own = weightGradient(args, t, a);
        d[static_cast<std::size_t>(expert[a])] += args.normalizeTopK ? (own - inner) / sum : own;
    }
}

}  // namespace

template <class T>
void routerForward(OpContext&, const RouterForwardArgs<T>& args) {
    checkShapes(args);
    for (std::int64_t t = 0; t < args.scores.rows; ++t) {
        softmaxScores(args.scores.row(t), args.scores.cols);
        takeBest(args.scores.row(t), args.scores.cols, args.expert.row(t), args.expert.cols);
        takeWeights(args, t);
    }
    group(args.expert, args.groups, args.place);
    for (std::size_t i = 0; i < args.tokenOf.size(); ++i) {
        const std::int32_t slot = args.groups.slots[i];
        args.tokenOf[i] = slot / static_cast<std::int32_t>(args.expert.cols);
        args.factor[i] = args.weight.data[slot];
    }
}

template <class T>
void routerBackward(OpContext&, const RouterBackwardArgs<T>& args) {
    checkShapes(args);
    const std::int64_t experts = args.scores.cols;
    std::vector<double> factor(static_cast<std::size_t>(experts));
    std::vector<double> d(static_cast<std::size_t>(experts));
    for (std::size_t s = 0; s + 1 < args.segments.size(); ++s) {
        balanceFactors(args, args.segments[s], args.segments[s + 1], factor);
        for (std::int64_t t = args.segments[s]; t < args.segments[s + 1]; ++t) {
            const T* score = args.scores.row(t);
            d = factor;
            scoreGradient(args, t, d);
            double sum = 0;
            for (std::int64_t e = 0; e < experts; ++e)
                sum += d[static_cast<std::size_t>(e)] * static_cast<double>(score[e]);
            for (std::int64_t e = 0; e < experts; ++e) {
                args.dLogits.row(t)[e] = static_cast<T>(static_cast<double>(score[e]) *
                                                        (d[static_cast<std::size_t>(e)] - sum));
            }
        }
    }
}

template <class T>
void balanceLoss(OpContext&, const BalanceLossArgs<T>& args) {
    checkShapes(args);
    std::vector<double> factor(static_cast<std::size_t>(args.scores.cols));
    double loss = 0;
    for (std::size_t s = 0; s + 1 < args.segments.size(); ++s) {
        balanceFactors(args, args.segments[s], args.segments[s + 1], factor);
        for (std::int64_t t = args.segments[s]; t < args.segments[s + 1]; ++t) {
            for (std::int64_t e = 0; e < args.scores.cols; ++e) {
                loss += factor[static_cast<std::size_t>(e)] *
                        static_cast<double>(args.scores.row(t)[e]);
            }
        }
    }
    *args.loss += loss;
}

template void routerForward(OpContext&, const RouterForwardArgs<float>&);
template void routerForward(OpContext&, const RouterForwardArgs<double>&);
template void routerBackward(OpContext&, const RouterBackwardArgs<float>&);
template void routerBackward(OpContext&, const RouterBackwardArgs<double>&);
template void balanceLoss(OpContext&, const BalanceLossArgs<float>&);
template void balanceLoss(OpContext&, const BalanceLossArgs<double>&);

}  // namespace dsm::reference
