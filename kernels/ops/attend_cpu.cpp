#include <cmath>

#include "kernels/cpu/product.h"
#include "kernels/ops/attend.h"
#include "kernels/ops/shapes.h"

namespace dsm::cpu {
namespace {

// One head of one token. The cache's rows are the weights of the product with the query.
void attendHead(const Simd& simd, const AttendArgs& args, std::int64_t t, std::int64_t h) {
    const std::int64_t headsPerGroup = args.q.cols / args.keyCache.cols;
    const std::int64_t column = h / headsPerGroup * args.headSize;
    const std::int64_t count = args.position + t + 1;
    const float* q = args.q.row(t) + h * args.headSize;
    float* score = args.scores.row(h);
    for (std::int64_t s = 0; s < count; s += kPanelRows) {
        simd.panel({.x = &q,
                    .tokens = 1,
                    .weights = args.keyCache.row(s) + column,
                    .type = DType::F32,
                    .rows = static_cast<int>(std::min<std::int64_t>(count - s, kPanelRows)),
                    .stride = args.keyCache.cols,
                    .k = args.headSize,
                    .out = score + s});
    }
    simd.softmax(score, count, 1.0F / std::sqrt(static_cast<float>(args.headSize)));
    simd.weightedSum(score, args.valueCache.data + column, count, args.valueCache.cols,
                     args.headSize, args.out.row(t) + h * args.headSize);
}

}  // namespace

void attend(OpContext& context, const AttendArgs& args) {
    checkShapes(args);
    const Simd& simd = simdOf(context);
    context.pool->run(args.scores.rows, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t h = begin; h < end; ++h) {
            for (std::int64_t t = 0; t < args.q.rows; ++t)
                attendHead(simd, args, t, h);
        }
    });
}

}  // namespace dsm::cpu
