#include "kernels/ops/experts_output.h"
#include "kernels/ops/reference_dot.h"
#include "kernels/ops/shapes.h"

namespace dsm::reference {

// The shared expert first, then a token's routed experts from the lowest index to the highest.
void expertsOutput(OpContext&, const ExpertsOutputArgs& args) {
    checkShapes(args);
    for (std::int64_t t = 0; t < args.x.rows; ++t) {
        for (std::int64_t d = 0; d < args.x.cols; ++d) {
            args.x.row(t)[d] += dot(args.sharedHidden.row(t), args.sharedDown, d);
        }
    }
    for (std::size_t e = 0; e < args.down.size(); ++e) {
        for (std::int32_t i = args.groups.begin[e]; i < args.groups.begin[e + 1]; ++i) {
            const std::int32_t slot = args.groups.slots[static_cast<std::size_t>(i)];
            const float weight = args.weight.data[slot];
            float* x = args.x.row(slot / args.weight.cols);
            for (std::int64_t d = 0; d < args.x.cols; ++d) {
                x[d] += weight * dot(args.routedHidden.row(slot), args.down[e], d);
            }
        }
    }
}

}  // namespace dsm::reference
