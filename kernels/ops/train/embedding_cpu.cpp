#include "kernels/cpu/train_simd.h"
#include "kernels/ops/embed.h"
#include "kernels/ops/train/embedding.h"

namespace dsm::cpu {

void embeddingForward(OpContext& context, const EmbeddingForwardArgs<float>& args) {
    checkShapes(args);
    embed(context, {.ids = args.ids, .table = args.table, .x = args.x});
}

void embeddingBackward(OpContext& context, const EmbeddingBackwardArgs<float>& args) {
    checkShapes(args);
    const TrainLoops& loops = trainLoopsOf(context);
    // Each thread has columns of its own, so that a row's tokens are added in their order.
    context.pool->run(args.dx.cols, 64, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t t = 0; t < args.dx.rows; ++t) {
            const std::int32_t id = args.ids[static_cast<std::size_t>(t)];
            loops.add(args.dx.row(t) + begin, end - begin, args.dTable.row(id) + begin);
        }
    });
}

}  // namespace dsm::cpu
