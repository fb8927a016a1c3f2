#include "kernels/ops/attend.h"

#include <algorithm>
#include <cmath>

#include "kernels/ops/shapes.h"

namespace dsm::reference {
namespace {

// One head of one token: attention over the first `count` rows of its key/value head.
void attendHead(const AttendArgs& args, std::int64_t t, std::int64_t h) {
    const std::int64_t headSize = args.headSize;
    const std::int64_t headsPerGroup = args.q.cols / args.keyCache.cols;
    const std::int64_t column = h / headsPerGroup * headSize;
    const std::int64_t count = args.position + t + 1;
    const float scale = 1.0F / std::sqrt(static_cast<float>(headSize));
    const float* q = args.q.row(t) + h * headSize;
    float* score = args.scores.row(h);

    for (std::int64_t s = 0; s < count; ++s) {
        const float* key = args.keyCache.row(s) + column;
        float sum = 0;
        for (std::int64_t i = 0; i < headSize; ++i)
            sum += q[i] * key[i];
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
        const float* value = args.valueCache.row(s) + column;
        const float share = score[s] / total;
        for (std::int64_t i = 0; i < headSize; ++i)
            out[i] += share * value[i];
    }
}

}  // namespace

void attend(OpContext&, const AttendArgs& args) {
    checkShapes(args);
    for (std::int64_t t = 0; t < args.q.rows; ++t) {
        for (std::int64_t h = 0; h < args.scores.rows; ++h)
            attendHead(args, t, h);
    }
}

}  // namespace dsm::reference
