#include "kernels/ops/experts_output.h"
#include "kernels/ops/reference_dot.h"
#include "kernels/ops/shapes.h"

namespace dsm {

void checkShapes(const ExpertsOutputArgs& args, Memory memory) {
    const std::int64_t tokens = args.x.rows;
    const std::int64_t hidden = args.x.cols;
    DSM_CHECK(args.weight.rows == tokens);
    checkGroups(args.groups, lengthOf(args.down), tokens * args.weight.cols, memory);
    DSM_CHECK(args.routedHidden.rows == tokens * args.weight.cols);
    for (const Weight& w : args.down)
        DSM_CHECK(hasShape(w, hidden, args.routedHidden.cols));
    checkTypes(args.down, args.down, memory);
    DSM_CHECK(hasShape(args.sharedDown, hidden, args.sharedHidden.cols));
    DSM_CHECK(args.sharedHidden.rows == tokens);
}

}  // namespace dsm

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
