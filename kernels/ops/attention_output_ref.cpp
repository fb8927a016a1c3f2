#include "kernels/ops/attention_output.h"
#include "kernels/ops/reference_dot.h"
#include "kernels/ops/shapes.h"

namespace dsm {

void checkShapes(const AttentionOutputArgs& args) {
    DSM_CHECK(hasShape(args.output, args.x.cols, args.attended.cols));
    DSM_CHECK(args.x.rows == args.attended.rows);
}

}  // namespace dsm

namespace dsm::reference {

void attentionOutput(OpContext&, const AttentionOutputArgs& args) {
    checkShapes(args);
    for (std::int64_t t = 0; t < args.x.rows; ++t) {
        for (std::int64_t d = 0; d < args.x.cols; ++d) {
            args.x.row(t)[d] += dot(args.attended.row(t), args.output, d);
        }
    }
}

}  // namespace dsm::reference
