#include "kernels/cpu/train_simd.h"
#include "kernels/ops/train/combine.h"

namespace dsm::cpu {

void combine(OpContext& context, const CombineArgs<float>& args) {
    checkShapes(args);
    const TrainLoops& loops = trainLoopsOf(context);
    context.pool->run(args.out.rows, 8, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t t = begin; t < end; ++t) {
            for (std::int64_t a = 0; a < args.active; ++a) {
                const std::int32_t row = args.place[static_cast<std::size_t>(t * args.active + a)];
                loops.add(args.rows.row(row), args.out.cols, args.out.row(t));
            }
        }
    });
}

}  // namespace dsm::cpu
