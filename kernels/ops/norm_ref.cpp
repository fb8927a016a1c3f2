#include "kernels/ops/norm.h"

#include <cmath>

#include "kernels/ops/shapes.h"

namespace dsm {

void checkShapes(const NormArgs& args) {
    DSM_CHECK(args.x.cols > 0);
    DSM_CHECK(hasShape(args.weight, 1, args.x.cols));
    DSM_CHECK(args.weight.type == DType::F32 || args.weight.type == DType::BF16);
    DSM_CHECK(hasShape(args.out, args.x.rows, args.x.cols));
}

}  // namespace dsm

namespace dsm::reference {

void norm(OpContext&, const NormArgs& args) {
    checkShapes(args);
    const std::int64_t hidden = args.x.cols;
    for (std::int64_t t = 0; t < args.x.rows; ++t) {
        const float* x = args.x.row(t);
        double squares = 0;
        for (std::int64_t d = 0; d < hidden; ++d) {
            squares += static_cast<double>(x[d]) * static_cast<double>(x[d]);
        }
        const double mean = squares / static_cast<double>(hidden);
        const auto scale =
            static_cast<float>(1.0 / std::sqrt(mean + static_cast<double>(args.epsilon)));
        float* out = args.out.row(t);
        for (std::int64_t d = 0; d < hidden; ++d)
            out[d] = x[d] * scale * args.weight.at(0, d);
    }
}

}  // namespace dsm::reference
