#include "kernels/cpu/product.h"
#include "kernels/ops/experts_input.h"
#include "kernels/ops/shapes.h"

namespace dsm::cpu {
namespace {

// Gate, up and their product for `tokens` tokens and the panels [firstPanel, lastPanel) of the
// expert's width; inputRow(i) and outputRow(i) are the rows of the expert's i-th token.
template <class InputRow, class OutputRow>
void gatedUnit(const Simd& simd, const Weight& gate, const Weight& up, std::int64_t tokens,
               const InputRow& inputRow, const OutputRow& outputRow, std::int64_t firstPanel,
               std::int64_t lastPanel) {
    const std::int64_t lastRow = std::min(lastPanel * kPanelRows, gate.rows);
    forEachTokenBlock(tokens, inputRow, [&](std::int64_t begin, const TokenBlock& block) {
        float gated[kPanelTokens * kPanelRows];
        float lifted[kPanelTokens * kPanelRows];
        for (std::int64_t f = firstPanel * kPanelRows; f < lastRow; f += kPanelRows) {
            const std::int64_t count = std::min<std::int64_t>(lastRow - f, kPanelRows);
            multiplyPanel(simd, block, gate, f, count, gated);
            multiplyPanel(simd, block, up, f, count, lifted);
            for (int i = 0; i < block.count; ++i) {
                simd.gatedUnit(gated + i * kPanelRows, lifted + i * kPanelRows, count,
                               outputRow(begin + i) + f);
            }
        }
    });
}

void sharedPanels(const Simd& simd, const ExpertsInputArgs& args, std::int64_t firstPanel,
                  std::int64_t lastPanel) {
    gatedUnit(
        simd, args.sharedGate, args.sharedUp, args.normed.rows,
        [&](std::int64_t t) { return args.normed.row(t); },
        [&](std::int64_t t) { return args.sharedHidden.row(t); }, firstPanel, lastPanel);
}

void routedPanels(const Simd& simd, const ExpertsInputArgs& args, std::size_t expert,
                  std::int64_t firstPanel, std::int64_t lastPanel) {
    const std::int32_t* slots = args.groups.slots.data() + args.groups.begin[expert];
    const std::int64_t tokens = args.groups.begin[expert + 1] - args.groups.begin[expert];
    gatedUnit(
        simd, args.gate[expert], args.up[expert], tokens,
        [&](std::int64_t i) { return args.normed.row(slots[i] / args.activeExperts); },
        [&](std::int64_t i) { return args.routedHidden.row(slots[i]); }, firstPanel, lastPanel);
}

// How many experts have a token at all: one token has 6 of 64, and work counted in items that
// exist keeps threads from drawing empty ones.
std::int64_t busyExperts(const ExpertGroups& groups) {
    std::int64_t busy = 0;
    for (std::size_t e = 0; e + 1 < groups.begin.size(); ++e) {
        if (groups.begin[e] < groups.begin[e + 1]) ++busy;
    }
    return busy;
}

// The index of the nth (from 0) expert that has a token.
std::size_t busyExpert(const ExpertGroups& groups, std::int64_t nth) {
    std::size_t e = 0;
    while (groups.begin[e] == groups.begin[e + 1] || nth-- > 0)
        ++e;
    return e;
}

}  // namespace

// One run over all experts' panels: first the shared expert's, which has every token and so the
// longest items, then those of each expert that has a token.
void expertsInput(OpContext& context, const ExpertsInputArgs& args) {
    checkShapes(args);
    const Simd& simd = simdOf(context);
    const std::int64_t sharedCount = panelsOf(args.sharedGate.rows);
    const std::int64_t expertCount = panelsOf(args.routedHidden.cols);
    const std::int64_t panels = sharedCount + busyExperts(args.groups) * expertCount;
    const std::int64_t grain = grainOf(context, panels, args.normed.rows, args.normed.cols);
    context.pool->run(panels, grain, [&](std::int64_t begin, std::int64_t end) {
        if (begin < sharedCount) sharedPanels(simd, args, begin, std::min(end, sharedCount));
        for (std::int64_t i = std::max(begin, sharedCount); i < end;) {
            const std::int64_t nth = (i - sharedCount) / expertCount;
            const std::int64_t first = (i - sharedCount) % expertCount;
            const std::int64_t count = std::min(expertCount - first, end - i);
            routedPanels(simd, args, busyExpert(args.groups, nth), first, first + count);
            i += count;
        }
    });
}

}  // namespace dsm::cpu
