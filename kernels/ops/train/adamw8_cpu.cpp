#include "kernels/ops/train/adamw8.h"

namespace dsm::cpu {

void adamW8(OpContext& context, const AdamW8Args& args) {
    checkShapes(args);
    const auto clip = clipOf(args.clip);
    if (!clip) return;
    const AdamW8Step step = stepOf(args, *clip);
    const std::int64_t blocks = momentBlocks(static_cast<std::int64_t>(args.weight.size()));
    context.pool->run(blocks, 64, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t block = begin; block < end; ++block)
            stepBlock(args, step, block);
    });
}

}  // namespace dsm::cpu
