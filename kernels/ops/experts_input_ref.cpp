#include <cmath>

#include "kernels/ops/experts_input.h"
#include "kernels/ops/reference_dot.h"
#include "kernels/ops/shapes.h"

namespace dsm {

void checkShapes(const ExpertsInputArgs& args, Memory memory) {
    const std::int64_t tokens = args.normed.rows;
    const std::int64_t hidden = args.normed.cols;
    DSM_CHECK(args.gate.size() == args.up.size());
    checkGroups(args.groups, lengthOf(args.gate), tokens * args.activeExperts, memory);
    DSM_CHECK(args.routedHidden.rows == tokens * args.activeExperts);
    for (const auto& weights : {args.gate, args.up}) {
        for (const Weight& w : weights)
            DSM_CHECK(hasShape(w, args.routedHidden.cols, hidden));
        checkTypes(weights, args.gate, memory);
    }
    DSM_CHECK(hasShape(args.sharedGate, args.sharedHidden.cols, hidden));
    DSM_CHECK(hasShape(args.sharedUp, args.sharedHidden.cols, hidden));
    checkTypes({&args.sharedUp, 1}, {&args.sharedGate, 1}, memory);
    DSM_CHECK(args.sharedHidden.rows == tokens);
}

}  // namespace dsm

namespace dsm::reference {
namespace {

// out[f] = silu(n gate[f]) * (n up[f])
void gatedUnit(const float* n, const Weight& gate, const Weight& up, float* out) {
    for (std::int64_t f = 0; f < gate.rows; ++f) {
        const float z = dot(n, gate, f);
        out[f] = z / (1.0F + std::exp(-z)) * dot(n, up, f);
    }
}

}  // namespace

void expertsInput(OpContext&, const ExpertsInputArgs& args) {
    checkShapes(args);
    for (std::size_t e = 0; e < args.gate.size(); ++e) {
        for (std::int32_t i = args.groups.begin[e]; i < args.groups.begin[e + 1]; ++i) {
            const std::int32_t slot = args.groups.slots[static_cast<std::size_t>(i)];
            const float* n = args.normed.row(slot / args.activeExperts);
            gatedUnit(n, args.gate[e], args.up[e], args.routedHidden.row(slot));
        }
    }
    for (std::int64_t t = 0; t < args.normed.rows; ++t) {
        gatedUnit(args.normed.row(t), args.sharedGate, args.sharedUp, args.sharedHidden.row(t));
    }
}

}  // namespace dsm::reference
