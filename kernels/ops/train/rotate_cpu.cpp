#include "kernels/ops/train/rotate.h"

namespace dsm::cpu {

void rotate(OpContext& context, const RotateArgs<float>& args) {
    checkShapes(args);
    context.pool->run(args.rows.rows, 8, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t t = begin; t < end; ++t)
            rotateRow(args, t);
    });
}

}  // namespace dsm::cpu
