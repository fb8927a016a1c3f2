#include "kernels/cpu/product.h"
#include "kernels/ops/expert_rows_cpu.h"
#include "kernels/ops/experts_output.h"

namespace dsm::cpu {
namespace {

ExpertInputs roundInputs(OpContext& context, const ExpertsOutputArgs& args) {
    ExpertInputs inputs;
    inputs.shared = roundedOf(context, args.sharedHidden, isBlocked(args.sharedDown.type));
    if (!anyBlocked(args.down)) return inputs;
    inputs.routed = roundSlots(
        context, args.groups, [&](std::int32_t slot) { return args.routedHidden.row(slot); },
        args.routedHidden.cols, roundedBytes(args.sharedHidden.rows, args.sharedHidden.cols));
    return inputs;
}

void addShared(const Simd& simd, const ExpertsOutputArgs& args, const ExpertInputs& inputs,
               std::int64_t firstPanel, std::int64_t lastPanel) {
    const Tokens tokens{args.x.rows, [&](std::int64_t t) { return args.sharedHidden.row(t); },
                        inputs.shared};
    multiply(simd, tokens, args.sharedDown, firstPanel, lastPanel,
             [&](std::int64_t t, std::int64_t d, const float* values, std::int64_t count) {
                 float* x = args.x.row(t) + d;
                 for (std::int64_t i = 0; i < count; ++i)
                     x[i] += values[i];
             });
}

void addRouted(const Simd& simd, const ExpertsOutputArgs& args, const ExpertInputs& inputs,
               std::size_t expert, std::int64_t firstPanel, std::int64_t lastPanel) {
    const std::int32_t begin = args.groups.begin[expert];
    const std::int32_t* slots = args.groups.slots.data() + begin;
    const Tokens tokens{args.groups.begin[expert + 1] - begin,
                        [&](std::int64_t i) { return args.routedHidden.row(slots[i]); },
                        inputs.routed == nullptr
                            ? nullptr
                            : inputs.routed + begin * roundedRowBytes(args.routedHidden.cols)};
    multiply(simd, tokens, args.down[expert], firstPanel, lastPanel,
             [&](std::int64_t i, std::int64_t d, const float* values, std::int64_t count) {
                 const float weight = args.weight.data[slots[i]];
                 float* x = args.x.row(slots[i] / args.weight.cols) + d;
                 for (std::int64_t c = 0; c < count; ++c)
                     x[c] += weight * values[c];
             });
}

}  // namespace

// Threads share out the columns of x, so that each number has one writer, who adds the shared
// expert first and then the routed ones from the lowest index to the highest.
void expertsOutput(OpContext& context, const ExpertsOutputArgs& args) {
    checkShapes(args);
    const Simd& simd = simdOf(context);
    const ExpertInputs inputs = roundInputs(context, args);
    const std::int64_t panels = panelsOf(args.x.cols);
    // One token walks each expert's panels in turn: in long stretches, for memory's sake.
    const std::int64_t halves = panels / (std::int64_t{2} * context.pool->threads());
    const std::int64_t grain =
        args.x.rows == 1 ? std::max<std::int64_t>(halves, 8)
                         : grainOf(context, panels, args.x.rows,
                                   std::max(args.sharedDown.cols, args.routedHidden.cols));
    context.pool->run(panels, grain, [&](std::int64_t begin, std::int64_t end) {
        addShared(simd, args, inputs, begin, end);
        for (std::size_t e = 0; e < args.down.size(); ++e) {
            addRouted(simd, args, inputs, e, begin, end);
        }
    });
}

}  // namespace dsm::cpu
