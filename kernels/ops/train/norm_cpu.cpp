#include <algorithm>

#include "kernels/cpu/train_simd.h"
#include "kernels/ops/train/norm.h"

namespace dsm::cpu {
namespace {

constexpr std::int64_t kTokensPerItem = 8;
constexpr std::int64_t kColsPerItem = 64;

}  // namespace

void normForward(OpContext& context, const NormForwardArgs<float>& args) {
    checkShapes(args);
    const TrainLoops& loops = trainLoopsOf(context);
    context.pool->run(args.x.rows, kTokensPerItem, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t t = begin; t < end; ++t) {
            args.scale[static_cast<std::size_t>(t)] =
                loops.norm(args.x.row(t), args.weight.data, args.weight.type, args.x.cols,
                           args.epsilon, args.out.row(t));
        }
    });
}

void normBackward(OpContext& context, const NormBackwardArgs<float>& args) {
    checkShapes(args);
    const TrainLoops& loops = trainLoopsOf(context);
    const std::int64_t hidden = args.x.cols;
    context.pool->run(args.x.rows, kTokensPerItem, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t t = begin; t < end; ++t) {
            loops.normBackward(args.dOut.row(t), args.x.row(t), args.weight.data, args.weight.type,
                               hidden, args.scale[static_cast<std::size_t>(t)], args.dx.row(t));
        }
    });
    if (args.dWeight.data == nullptr) return;
    // Each thread has columns of its own, so that every sum runs over the tokens in order.
    context.pool->run(hidden, kColsPerItem, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t t = 0; t < args.x.rows; ++t) {
            loops.addProduct(args.dOut.row(t) + begin, args.x.row(t) + begin,
                             args.scale[static_cast<std::size_t>(t)], end - begin,
                             args.dWeight.data + begin);
        }
    });
}

}  // namespace dsm::cpu
