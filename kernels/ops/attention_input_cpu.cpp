#include "kernels/cpu/product.h"
#include "kernels/ops/attention_input.h"
#include "kernels/ops/norm.h"
#include "kernels/ops/rope.h"

namespace dsm::cpu {
namespace {

struct Projection {
    Weight weight;
    Matrix<float> out;
};

// The three projections as one run of panels, so that no thread waits between them.
void project(OpContext& context, const AttentionInputArgs& args) {
    const Simd& simd = simdOf(context);
    const Projection projections[] = {
        {args.query, args.q}, {args.key, args.keys}, {args.value, args.values}};
    std::int64_t panels = 0;
    bool rounds = false;
    for (const Projection& p : projections) {
        panels += panelsOf(p.weight.rows);
        rounds = rounds || isBlocked(p.weight.type);
    }
    const std::byte* rounded = roundedOf(context, args.normed, rounds);
    const std::int64_t grain = grainOf(context, panels, args.x.rows, args.x.cols);
    context.pool->run(panels, grain, [&](std::int64_t begin, std::int64_t end) {
        std::int64_t first = 0;
        for (const Projection& p : projections) {
            const std::int64_t count = panelsOf(p.weight.rows);
            const std::int64_t from = std::clamp<std::int64_t>(begin - first, 0, count);
            const std::int64_t to = std::clamp<std::int64_t>(end - first, 0, count);
            multiplyInto(simd, args.normed, rounded, p.weight, from, to, p.out);
            first += count;
        }
    });
}

}  // namespace

void attentionInput(OpContext& context, const AttentionInputArgs& args) {
    checkShapes(args);
    norm(context, {.x = args.x, .weight = args.norm, .epsilon = args.epsilon, .out = args.normed});
    for (const CacheRun& run : args.runs) {
        if (run.rows == 1) run.cache.fetch(run.position);
    }
    project(context, args);
    constexpr std::int64_t kTokensPerItem = 4;
    context.pool->run(args.x.rows, kTokensPerItem, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t t = begin; t < end; ++t) {
            const auto [run, s] = placeOf(args.runs, t);
            const float* line = args.rotary.row(s);
            rotateHeads(args.q.row(t), args.q.cols, line, run->cache.headSize);
            rotateHeads(args.keys.row(t), args.keys.cols, line, run->cache.headSize);
            run->cache.storeKeys(s, args.keys.row(t));
            run->cache.storeValues(s, args.values.row(t));
        }
    });
}

}  // namespace dsm::cpu
