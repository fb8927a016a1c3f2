#include "kernels/cpu/product.h"
#include "kernels/ops/attention_output.h"

namespace dsm::cpu {

void attentionOutput(OpContext& context, const AttentionOutputArgs& args) {
    checkShapes(args);
    const Simd& simd = simdOf(context);
    const std::byte* rounded = roundedOf(context, args.attended, isBlocked(args.output.type));
    const Tokens tokens{args.attended.rows, [&](std::int64_t t) { return args.attended.row(t); },
                        rounded};
    const std::int64_t panels = panelsOf(args.output.rows);
    const std::int64_t grain = grainOf(context, panels, args.x.rows, args.output.cols);
    context.pool->run(panels, grain, [&](std::int64_t begin, std::int64_t end) {
        multiply(simd, tokens, args.output, begin, end,
                 [&](std::int64_t t, std::int64_t d, const float* values, std::int64_t count) {
                     float* x = args.x.row(t) + d;
                     for (std::int64_t i = 0; i < count; ++i)
                         x[i] += values[i];
                 });
    });
}

}  // namespace dsm::cpu
