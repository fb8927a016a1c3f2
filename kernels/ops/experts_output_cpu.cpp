#include "kernels/cpu/product.h"
#include "kernels/ops/experts_output.h"
#include "kernels/ops/shapes.h"

namespace dsm::cpu {
namespace {

void addShared(const Simd& simd, const ExpertsOutputArgs& args, std::int64_t firstPanel,
               std::int64_t lastPanel) {
    multiply(
        simd, args.x.rows, [&](std::int64_t t) { return args.sharedHidden.row(t); },
        args.sharedDown, firstPanel, lastPanel,
        [&](std::int64_t t, std::int64_t d, const float* values, std::int64_t count) {
            float* x = args.x.row(t) + d;
            for (std::int64_t i = 0; i < count; ++i)
                x[i] += values[i];
        });
}

void addRouted(const Simd& simd, const ExpertsOutputArgs& args, std::size_t expert,
               std::int64_t firstPanel, std::int64_t lastPanel) {
    const std::int32_t* slots = args.groups.slots.data() + args.groups.begin[expert];
    const std::int64_t tokens = args.groups.begin[expert + 1] - args.groups.begin[expert];
    multiply(
        simd, tokens, [&](std::int64_t s) { return args.routedHidden.row(slots[s]); },
        args.down[expert], firstPanel, lastPanel,
        [&](std::int64_t s, std::int64_t d, const float* values, std::int64_t count) {
            const float weight = args.weight.data[slots[s]];
            float* x = args.x.row(slots[s] / args.weight.cols) + d;
            for (std::int64_t i = 0; i < count; ++i)
                x[i] += weight * values[i];
        });
}

}  // namespace

// Threads share out the columns of x, so that each number has one writer, who adds the shared
// expert first and then the routed ones from the lowest index to the highest.
void expertsOutput(OpContext& context, const ExpertsOutputArgs& args) {
    checkShapes(args);
    const Simd& simd = simdOf(context);
    const std::int64_t panels = panelsOf(args.x.cols);
    const std::int64_t grain = grainOf(context, panels, args.x.rows, args.sharedDown.cols);
    context.pool->run(panels, grain, [&](std::int64_t begin, std::int64_t end) {
        addShared(simd, args, begin, end);
        for (std::size_t e = 0; e < args.down.size(); ++e) {
            addRouted(simd, args, e, begin, end);
        }
    });
}

}  // namespace dsm::cpu
