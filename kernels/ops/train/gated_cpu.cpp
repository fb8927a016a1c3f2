#include "kernels/cpu/train_simd.h"
#include "kernels/ops/train/gated.h"

namespace dsm::cpu {
namespace {

constexpr std::int64_t kRowsPerItem = 8;

float rowFactor(std::span<const float> factor, std::int64_t m) {
    return factor.empty() ? 1.0F : factor[static_cast<std::size_t>(m)];
}

}  // namespace

void gatedForward(OpContext& context, const GatedForwardArgs<float>& args) {
    checkShapes(args);
    const TrainLoops& loops = trainLoopsOf(context);
    context.pool->run(args.gate.rows, kRowsPerItem, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t m = begin; m < end; ++m) {
            loops.gated(args.gate.row(m), args.up.row(m), rowFactor(args.factor, m), args.gate.cols,
                        args.out.row(m));
        }
    });
}

void gatedBackward(OpContext& context, const GatedBackwardArgs<float>& args) {
    checkShapes(args);
    const TrainLoops& loops = trainLoopsOf(context);
    context.pool->run(args.gate.rows, kRowsPerItem, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t m = begin; m < end; ++m) {
            const float sum = loops.gatedBackward(
                args.dOut.row(m), args.gate.row(m), args.up.row(m), rowFactor(args.factor, m),
                args.gate.cols, args.dGate.row(m), args.dUp.row(m));
            if (!args.dFactor.empty()) args.dFactor[static_cast<std::size_t>(m)] = sum;
        }
    });
}

}  // namespace dsm::cpu
