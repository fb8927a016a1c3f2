#include "kernels/cpu/product.h"
#include "kernels/ops/norm.h"

namespace dsm::cpu {

void norm(OpContext& context, const NormArgs& args) {
    checkShapes(args);
    const Simd& simd = simdOf(context);
    constexpr std::int64_t kTokensPerItem = 8;
    context.pool->run(args.x.rows, kTokensPerItem, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t t = begin; t < end; ++t) {
            simd.norm(args.x.row(t), args.weight.data, args.weight.type, args.x.cols, args.epsilon,
                      args.out.row(t));
        }
    });
}

}  // namespace dsm::cpu
