#include "kernels/selftest/train_cases.h"

#include "kernels/selftest/train_case.h"

namespace dsm::selftest {
namespace training {
namespace {

struct TrainGroup {
    std::string_view op;
    void (*add)(TokenCounts, Cases&);
};
constexpr TrainGroup kTrainGroups[] = {
    {"embedding", addEmbedding}, {"trainNorm", addNorm},      {"linear", addLinear},
    {"rotate", addRotate},       {"attention", addAttention}, {"gated", addGated},
    {"combine", addCombine},     {"router", addRouter},       {"crossEntropy", addCrossEntropy},
    {"rows", addRows},           {"adamW", addAdamW},
};

}  // namespace
}  // namespace training

void addTrainCases(std::string_view op, TokenCounts counts, Cases& cases) {
    for (const training::TrainGroup& group : training::kTrainGroups) {
        if (op.empty() || op == group.op) group.add(counts, cases);
    }
}

}  // namespace dsm::selftest
