#include <algorithm>
#include <cmath>

#include "kernels/cpu/product.h"
#include "kernels/ops/attend.h"
#include "kernels/ops/shapes.h"

namespace dsm {

std::int64_t attendScratchBytes(std::int64_t heads, std::int64_t headSize, std::int64_t positions) {
    const std::int64_t stretches =
        (positions + cpu::kStretchPositions - 1) / cpu::kStretchPositions;
    const std::int64_t partials = heads * stretches * (cpu::kPartialHead + paddedHead(headSize));
    return std::max(partials, positions) * std::int64_t{sizeof(float)};
}

namespace cpu {
namespace {

constexpr int kQueries = 8;  // of one key/value head, that share what they read

// What one query has seen so far: the largest score, the sum of e^(score - largest), and the values
// weighted by it.
struct Seen {
    float largest = -INFINITY;
    float sum = 0;
    float* values = nullptr;  // [width]
};

// Adds the next stretch's. Always in ascending order of positions.
void merge(Seen& seen, const float* partial, std::int64_t width) {
    const float largest = std::max(seen.largest, partial[0]);
    const float old = std::exp(seen.largest - largest);
    const float add = std::exp(partial[0] - largest);
    seen.largest = largest;
    seen.sum = seen.sum * old + partial[1] * add;
    const float* values = partial + kPartialHead;
    for (std::int64_t i = 0; i < width; ++i)
        seen.values[i] = seen.values[i] * old + values[i] * add;
}

class Attention {
  public:
    Attention(const Simd& simd, const AttendArgs& args)
        : simd_(simd),
          args_(args),
          headsPerGroup_(args.q.cols / args.cache.width()),
          width_(paddedHead(args.cache.headSize)),
          partialStride_(kPartialHead + width_) {}

    std::int64_t queriesPerGroup() const { return args_.q.rows * headsPerGroup_; }
    std::int64_t partialStride() const { return partialStride_; }
    // Stretches that the last token sees.
    std::int64_t stretches() const {
        const std::int64_t seen = args_.position + args_.q.rows;
        return (seen + kStretchPositions - 1) / kStretchPositions;
    }

    // Partials of the queries [first, first + count) of head g, over one stretch. Query r is head
    // g*headsPerGroup + r % headsPerGroup of token r / headsPerGroup.
    void stretch(std::int64_t g, std::int64_t first, int count, std::int64_t stretch,
                 float* partials) const {
        const float* q[kQueries];
        std::int64_t counts[kQueries];
        const std::int64_t begin = stretch * kStretchPositions;
        for (int i = 0; i < count; ++i) {
            q[i] = queryAt(g, first + i);
            const std::int64_t seen = args_.position + (first + i) / headsPerGroup_ + 1;
            counts[i] = std::clamp<std::int64_t>(seen - begin, 0, kStretchPositions);
        }
        const std::int64_t panel = args_.cache.panelOf(g, begin);
        simd_.attend({.keys = args_.cache.keys + panel,
                      .values = args_.cache.values + panel,
                      .type = args_.cache.type,
                      .headSize = args_.cache.headSize,
                      .width = width_,
                      .panelBytes = kvPanelBytes(args_.cache.type, args_.cache.headSize),
                      .scaleBytes = kvScaleBytes(args_.cache.type),
                      .scale = 1.0F / std::sqrt(static_cast<float>(args_.cache.headSize)),
                      .levels = simd_.levels,
                      .q = q,
                      .counts = counts,
                      .queries = count,
                      .partials = partials,
                      .partialStride = partialStride_});
    }

    void add(Seen& seen, const float* partial) const { merge(seen, partial, width_); }

    void write(std::int64_t g, std::int64_t query, const Seen& seen) const {
        float* out = args_.out.row(query / headsPerGroup_) + columnOf(g, query);
        for (std::int64_t i = 0; i < args_.cache.headSize; ++i)
            out[i] = seen.values[i] / seen.sum;
    }

  private:
    std::int64_t columnOf(std::int64_t g, std::int64_t query) const {
        return (g * headsPerGroup_ + query % headsPerGroup_) * args_.cache.headSize;
    }
    const float* queryAt(std::int64_t g, std::int64_t query) const {
        return args_.q.row(query / headsPerGroup_) + columnOf(g, query);
    }

    const Simd& simd_;
    const AttendArgs& args_;
    std::int64_t headsPerGroup_;
    std::int64_t width_;
    std::int64_t partialStride_;
};

// One token: the stretches of each head are shared out too, and put together at the end.
void attendOne(OpContext& context, const AttendArgs& args, const Attention& attention) {
    const std::int64_t stretches = attention.stretches();
    const std::int64_t queries = attention.queriesPerGroup();
    auto* partials = reinterpret_cast<float*>(context.scratch.data());  // [G, stretches, queries]
    const auto partialAt = [&](std::int64_t g, std::int64_t s, std::int64_t query) {
        return partials + ((g * stretches + s) * queries + query) * attention.partialStride();
    };
    context.pool->run(args.cache.heads * stretches, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
            for (std::int64_t first = 0; first < queries; first += kQueries) {
                const std::int64_t g = i / stretches;
                const std::int64_t s = i % stretches;
                const auto count =
                    static_cast<int>(std::min<std::int64_t>(queries - first, kQueries));
                attention.stretch(g, first, count, s, partialAt(g, s, first));
            }
        }
    });
    for (std::int64_t g = 0; g < args.cache.heads; ++g) {
        for (std::int64_t query = 0; query < queries; ++query) {
            float values[kMostHeadSize] = {};
            Seen seen{.values = values};
            for (std::int64_t s = 0; s < stretches; ++s)
                attention.add(seen, partialAt(g, s, query));
            attention.write(g, query, seen);
        }
    }
}

// A few queries of one head, over all that the last of them sees.
void attendBlock(const Attention& attention, std::int64_t g, std::int64_t first, int count,
                 std::int64_t stretches) {
    float values[kQueries][kMostHeadSize] = {};
    float partials[kQueries * (kPartialHead + kMostHeadSize)];
    Seen seen[kQueries];
    for (int i = 0; i < count; ++i)
        seen[i].values = values[i];
    for (std::int64_t s = 0; s < stretches; ++s) {
        attention.stretch(g, first, count, s, partials);
        for (int i = 0; i < count; ++i) {
            const float* partial = partials + i * attention.partialStride();
            const bool seesNone = partial[1] == 0;  // the stretch lies in this query's future
            if (!seesNone) attention.add(seen[i], partial);
        }
    }
    for (int i = 0; i < count; ++i)
        attention.write(g, first + i, seen[i]);
}

}  // namespace

void attend(OpContext& context, const AttendArgs& args) {
    checkShapes(args);
    const Attention attention(simdOf(context), args);
    if (args.q.rows == 1) {
        DSM_CHECK(context.scratchBytes() >= attendScratchBytes(args.q.cols / args.cache.headSize,
                                                               args.cache.headSize,
                                                               args.position + 1));
        return attendOne(context, args, attention);
    }
    const std::int64_t queries = attention.queriesPerGroup();
    const std::int64_t blocks = (queries + kQueries - 1) / kQueries;
    const std::int64_t headsPerGroup = queries / std::max<std::int64_t>(args.q.rows, 1);
    context.pool->run(args.cache.heads * blocks, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
            const std::int64_t first = i % blocks * kQueries;
            const auto count = static_cast<int>(std::min<std::int64_t>(queries - first, kQueries));
            const std::int64_t seen = args.position + (first + count - 1) / headsPerGroup + 1;
            attendBlock(attention, i / blocks, first, count,
                        (seen + kStretchPositions - 1) / kStretchPositions);
        }
    });
}

}  // namespace cpu
}  // namespace dsm
