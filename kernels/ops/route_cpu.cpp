#include "kernels/cpu/product.h"
#include "kernels/ops/norm.h"
#include "kernels/ops/route.h"

namespace dsm::cpu {

void route(OpContext& context, const RouteArgs& args) {
    checkShapes(args);
    norm(context, {.x = args.x, .weight = args.norm, .epsilon = args.epsilon, .out = args.normed});
    const Simd& simd = simdOf(context);
    const std::byte* rounded = roundedOf(context, args.normed, isBlocked(args.gate.type));
    const std::int64_t panels = panelsOf(args.gate.rows);
    const std::int64_t grain = grainOf(context, panels, args.x.rows, args.gate.cols);
    context.pool->run(panels, grain, [&](std::int64_t begin, std::int64_t end) {
        multiplyInto(simd, args.normed, rounded, args.gate, begin, end, args.scores);
    });
    chooseExperts(args);
}

}  // namespace dsm::cpu
