#include "kernels/ops/norm.h"
#include "kernels/ops/reference_dot.h"
#include "kernels/ops/route.h"
#include "kernels/ops/shapes.h"

namespace dsm {

void checkShapes(const RouteArgs& args) {
    const std::int64_t tokens = args.x.rows;
    const std::int64_t experts = args.gate.rows;
    const std::int64_t active = args.expert.cols;
    DSM_CHECK(hasShape(args.gate, experts, args.x.cols));
    DSM_CHECK(active > 0 && active <= experts);
    DSM_CHECK(hasShape(args.scores, tokens, experts));
    DSM_CHECK(hasShape(args.expert, tokens, active) && hasShape(args.weight, tokens, active));
    DSM_CHECK(lengthOf(args.groups.slots) == tokens * active);
    DSM_CHECK(lengthOf(args.groups.begin) == experts + 1);
}

}  // namespace dsm

namespace dsm::reference {

void route(OpContext& context, const RouteArgs& args) {
    checkShapes(args);
    norm(context, {.x = args.x, .weight = args.norm, .epsilon = args.epsilon, .out = args.normed});
    for (std::int64_t t = 0; t < args.x.rows; ++t) {
        for (std::int64_t e = 0; e < args.scores.cols; ++e) {
            args.scores.row(t)[e] = dot(args.normed.row(t), args.gate, e);
        }
    }
    chooseExperts(args);
}

}  // namespace dsm::reference
