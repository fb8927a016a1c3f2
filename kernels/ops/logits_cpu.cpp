#include "kernels/cpu/product.h"
#include "kernels/ops/logits.h"
#include "kernels/ops/norm.h"

namespace dsm::cpu {

void logits(OpContext& context, const LogitsArgs& args) {
    checkShapes(args);
    norm(context, {.x = args.x, .weight = args.norm, .epsilon = args.epsilon, .out = args.normed});
    const Simd& simd = simdOf(context);
    const std::byte* rounded = roundedOf(context, args.normed, isBlocked(args.head.type));
    const std::int64_t panels = panelsOf(args.head.rows);
    const std::int64_t grain = grainOf(context, panels, args.x.rows, args.head.cols);
    context.pool->run(panels, grain, [&](std::int64_t begin, std::int64_t end) {
        multiplyInto(simd, args.normed, rounded, args.head, begin, end, args.logits);
    });
}

}  // namespace dsm::cpu
