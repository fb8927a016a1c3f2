#include "kernels/cpu/product.h"
#include "kernels/ops/expert_rows_cpu.h"
#include "kernels/ops/experts_input.h"

namespace dsm::cpu {
namespace {

// Gate, up and their product for some tokens and the panels [firstPanel, lastPanel) of the expert's
// width; outputRow(i) is the row of the expert's i-th token.
template <class Row, class OutputRow>
void gatedUnit(const Simd& simd, const Weight& gate, const Weight& up, const Tokens<Row>& tokens,
               const OutputRow& outputRow, std::int64_t firstPanel, std::int64_t lastPanel) {
    forEachTokenBlock(tokens, gate.cols, [&](std::int64_t begin, const TokenBlock& block) {
        // Many tokens would not find the gate's first panels in the cache any more.
        const std::int64_t atOnce = panelsAtOnce(block);
        ProductTile gated;
        ProductTile lifted;
        const LowRankBlock lowGate(simd, block, gate, 0);
        const LowRankBlock lowUp(simd, block, up, 1);
        for (std::int64_t first = firstPanel; first < lastPanel; first += atOnce) {
            const std::int64_t panels = std::min(lastPanel - first, atOnce);
            multiplyPanels(simd, block, gate, first, panels, gated);
            lowGate.addTo(simd, first, panels, gated);
            multiplyPanels(simd, block, up, first, panels, lifted);
            lowUp.addTo(simd, first, panels, lifted);
            const std::int64_t f = first * kProductRows;
            const std::int64_t count = std::min(gate.rows - f, panels * kProductRows);
            for (int i = 0; i < block.count; ++i) {
                simd.gatedUnit(gated + i * kProductRows, lifted + i * kProductRows, count,
                               outputRow(begin + i) + f);
            }
        }
    });
}

ExpertInputs roundInputs(OpContext& context, const ExpertsInputArgs& args) {
    const bool routedRounds = anyBlocked(args.gate) || anyBlocked(args.up);
    const Matrix<const float>& x = args.normed;
    ExpertInputs inputs;
    inputs.shared =
        roundedOf(context, x,
                  routedRounds || isBlocked(args.sharedGate.type) || isBlocked(args.sharedUp.type));
    if (!routedRounds) return inputs;
    if (x.rows == 1) {  // all its experts read the one token
        inputs.routed = inputs.shared;
        return inputs;
    }
    inputs.routed = roundSlots(
        context, args.groups, [&](std::int32_t slot) { return x.row(slot / args.activeExperts); },
        x.cols, roundedBytes(x.rows, x.cols));
    return inputs;
}

void sharedPanels(const Simd& simd, const ExpertsInputArgs& args, const ExpertInputs& inputs,
                  std::int64_t firstPanel, std::int64_t lastPanel) {
    const Tokens tokens{args.normed.rows, [&](std::int64_t t) { return args.normed.row(t); },
                        inputs.shared};
    gatedUnit(
        simd, args.sharedGate, args.sharedUp, tokens,
        [&](std::int64_t t) { return args.sharedHidden.row(t); }, firstPanel, lastPanel);
}

void routedPanels(const Simd& simd, const ExpertsInputArgs& args, const ExpertInputs& inputs,
                  std::size_t expert, std::int64_t firstPanel, std::int64_t lastPanel) {
    const std::int32_t* slots = args.groups.slots.data() + args.groups.begin[expert];
    const std::int64_t count = args.groups.begin[expert + 1] - args.groups.begin[expert];
    const std::int64_t first = args.normed.rows == 1 ? 0 : args.groups.begin[expert];
    const Tokens tokens{
        count, [&](std::int64_t i) { return args.normed.row(slots[i] / args.activeExperts); },
        inputs.routed == nullptr ? nullptr
                                 : inputs.routed + first * roundedRowBytes(args.normed.cols)};
    gatedUnit(
        simd, args.gate[expert], args.up[expert], tokens,
        [&](std::int64_t i) { return args.routedHidden.row(slots[i]); }, firstPanel, lastPanel);
}

}  // namespace

// One run over all experts' panels: first the shared expert's, which has every token and so the
// longest items, then those of each expert that has a token.
void expertsInput(OpContext& context, const ExpertsInputArgs& args) {
    checkShapes(args);
    const Simd& simd = simdOf(context);
    const ExpertInputs inputs = roundInputs(context, args);
    const std::int64_t sharedCount = panelsOf(args.sharedGate.rows);
    const std::int64_t expertCount = panelsOf(args.routedHidden.cols);
    const std::int64_t panels = sharedCount + busyExperts(args.groups) * expertCount;
    const std::int64_t grain = args.normed.rows == 1
                                   ? kTokenPanels
                                   : grainOf(context, panels, args.normed.rows, args.normed.cols);
    context.pool->run(panels, grain, [&](std::int64_t begin, std::int64_t end) {
        if (begin < sharedCount)
            sharedPanels(simd, args, inputs, begin, std::min(end, sharedCount));
        for (std::int64_t i = std::max(begin, sharedCount); i < end;) {
            const std::int64_t nth = (i - sharedCount) / expertCount;
            const std::int64_t first = (i - sharedCount) % expertCount;
            const std::int64_t count = std::min(expertCount - first, end - i);
            routedPanels(simd, args, inputs, busyExpert(args.groups, nth), first, first + count);
            i += count;
        }
    });
}

}  // namespace dsm::cpu
