#include "kernels/ops/logits.h"
#include "kernels/ops/norm.h"
#include "kernels/ops/reference_dot.h"
#include "kernels/ops/shapes.h"

namespace dsm {

void checkShapes(const LogitsArgs& args) {
    DSM_CHECK(hasShape(args.head, args.logits.cols, args.x.cols));
    DSM_CHECK(args.logits.rows == args.x.rows);
}

}  // namespace dsm

namespace dsm::reference {

void logits(OpContext& context, const LogitsArgs& args) {
    checkShapes(args);
    norm(context, {.x = args.x, .weight = args.norm, .epsilon = args.epsilon, .out = args.normed});
    for (std::int64_t r = 0; r < args.x.rows; ++r) {
        for (std::int64_t v = 0; v < args.head.rows; ++v) {
            args.logits.row(r)[v] = dot(args.normed.row(r), args.head, v);
        }
    }
}

}  // namespace dsm::reference
