#include "kernels/ops/attend.h"

#include <algorithm>
#include <cmath>

#include "kernels/base/kv_rows.h"
#include "kernels/ops/shapes.h"

namespace dsm {

void checkShapes(const AttendArgs& args) {
    checkRuns(args.runs, args.q.rows);
    const KvPanels& cache = args.runs.front().cache;
    DSM_CHECK(cache.headSize <= kMostHeadSize);
    DSM_CHECK(args.q.cols > 0 && args.q.cols % cache.width() == 0);
    DSM_CHECK(hasShape(args.out, args.q.rows, args.q.cols));
}

}  // namespace dsm

namespace dsm::reference {
namespace {

// One head of one token: attention over the first `count` positions of its key/value head.
void attendHead(const AttendArgs& args, std::int64_t t, std::int64_t h, float* score) {
    const PlaceInRun place = placeOf(args.runs, t);
    const KvPanels& cache = place.run->cache;
    const std::int64_t headSize = cache.headSize;
    const std::int64_t g = h / (args.q.cols / cache.width());
    const std::int64_t count = place.position + 1;
    const float scale = 1.0F / std::sqrt(static_cast<float>(headSize));
    const float* q = args.q.row(t) + h * headSize;

    float row[kMostHeadSize];  // the keys, then the values of one position
    for (std::int64_t s = 0; s < count; ++s) {
        loadKeys(cache, g, s, row);
        float sum = 0;
        for (std::int64_t i = 0; i < headSize; ++i)
            sum += q[i] * row[i];
        score[s] = sum * scale;
    }
    const float largest = *std::max_element(score, score + count);
    float total = 0;
    for (std::int64_t s = 0; s < count; ++s) {
        score[s] = std::exp(score[s] - largest);
        total += score[s];
    }
    float* out = args.out.row(t) + h * headSize;
    std::fill(out, out + headSize, 0.0F);
    for (std::int64_t s = 0; s < count; ++s) {
        const float share = score[s] / total;
        loadValues(cache, g, s, row);
        for (std::int64_t i = 0; i < headSize; ++i)
            out[i] += share * row[i];
    }
}

}  // namespace

void attend(OpContext& context, const AttendArgs& args) {
    checkShapes(args);
    const std::int64_t heads = args.q.cols / args.runs.front().cache.headSize;
    DSM_CHECK(context.scratchBytes() >= mostPositions(args.runs) * std::int64_t{sizeof(float)});
    auto* score = reinterpret_cast<float*>(context.scratch.data());  // [S]
    for (std::int64_t t = 0; t < args.q.rows; ++t) {
        for (std::int64_t h = 0; h < heads; ++h)
            attendHead(args, t, h, score);
    }
}

}  // namespace dsm::reference
