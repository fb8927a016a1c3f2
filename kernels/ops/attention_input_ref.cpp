#include "kernels/ops/attention_input.h"
#include "kernels/ops/norm.h"
#include "kernels/ops/reference_dot.h"
#include "kernels/ops/rope.h"
#include "kernels/ops/shapes.h"

namespace dsm {

void checkShapes(const AttentionInputArgs& args) {
    const std::int64_t tokens = args.x.rows;
    const std::int64_t hidden = args.x.cols;
    checkRuns(args.runs, tokens);
    const KvPanels& cache = args.runs.front().cache;
    DSM_CHECK(cache.headSize % 2 == 0 && args.q.cols % cache.headSize == 0);
    DSM_CHECK(hasShape(args.query, args.q.cols, hidden) && args.q.rows == tokens);
    DSM_CHECK(hasShape(args.key, cache.width(), hidden));
    DSM_CHECK(hasShape(args.value, cache.width(), hidden));
    DSM_CHECK(hasShape(args.keys, tokens, cache.width()));
    DSM_CHECK(hasShape(args.values, tokens, cache.width()));
    DSM_CHECK(args.rotary.cols == cache.headSize);
    DSM_CHECK(mostPositions(args.runs) <= args.rotary.rows);
}

}  // namespace dsm

namespace dsm::reference {

void attentionInput(OpContext& context, const AttentionInputArgs& args) {
    checkShapes(args);
    norm(context, {.x = args.x, .weight = args.norm, .epsilon = args.epsilon, .out = args.normed});
    for (std::int64_t t = 0; t < args.x.rows; ++t) {
        const float* n = args.normed.row(t);
        const auto [run, s] = placeOf(args.runs, t);
        const std::int64_t headSize = run->cache.headSize;
        float* q = args.q.row(t);
        float* key = args.keys.row(t);
        float* value = args.values.row(t);
        for (std::int64_t i = 0; i < args.q.cols; ++i)
            q[i] = dot(n, args.query, i);
        for (std::int64_t i = 0; i < args.keys.cols; ++i)
            key[i] = dot(n, args.key, i);
        for (std::int64_t i = 0; i < args.values.cols; ++i)
            value[i] = dot(n, args.value, i);
        rotateHeads(q, args.q.cols, args.rotary.row(s), headSize);
        rotateHeads(key, args.keys.cols, args.rotary.row(s), headSize);
        run->cache.storeKeys(s, key);
        run->cache.storeValues(s, value);
    }
}

}  // namespace dsm::reference
