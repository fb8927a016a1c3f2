#include "kernels/ops/norm.h"
#include "kernels/ops/reference_dot.h"
#include "kernels/ops/route.h"
#include "kernels/ops/shapes.h"
#include "kernels/ops/top_experts.h"

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
