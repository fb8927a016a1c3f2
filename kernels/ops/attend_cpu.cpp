#include <algorithm>
#include <cmath>

#include "kernels/cpu/product.h"
#include "kernels/ops/attend.h"

namespace dsm {

std::int64_t attendScratchBytes(std::int64_t heads, std::int64_t headSize, std::int64_t positions,
                                std::int64_t runs) {
    const std::int64_t stretches =
        (positions + cpu::kStretchPositions - 1) / cpu::kStretchPositions;
    const std::int64_t partials = heads * stretches * (cpu::kPartialHead + paddedHead(headSize));
    return runs * std::max(partials, positions) * std::int64_t{sizeof(float)};
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

// One run's part of the operation.
class Attention {
  public:
    Attention(const Simd& simd, const AttendArgs& args, const CacheRun& run, std::int64_t firstRow)
        : simd_(simd),
          q_{args.q.row(firstRow), run.rows, args.q.cols},
          out_{args.out.row(firstRow), run.rows, args.out.cols},
          cache_(run.cache),
          position_(run.position),
          headsPerGroup_(args.q.cols / run.cache.width()),
          width_(paddedHead(run.cache.headSize)),
          partialStride_(kPartialHead + width_) {}

    std::int64_t queriesPerGroup() const { return q_.rows * headsPerGroup_; }
    std::int64_t partialStride() const { return partialStride_; }
    // Stretches that the token of a query sees.
    std::int64_t stretchesOf(std::int64_t query) const {
        const std::int64_t seen = position_ + query / headsPerGroup_ + 1;
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
            const std::int64_t seen = position_ + (first + i) / headsPerGroup_ + 1;
            counts[i] = std::clamp<std::int64_t>(seen - begin, 0, kStretchPositions);
        }
        const std::int64_t panel = cache_.panelOf(g, begin);
        simd_.attend({.keys = cache_.keys + panel,
                      .values = cache_.values + panel,
                      .type = cache_.type,
                      .headSize = cache_.headSize,
                      .width = width_,
                      .panelBytes = kvPanelBytes(cache_.type, cache_.headSize),
                      .scaleBytes = kvScaleBytes(cache_.type),
                      .scale = 1.0F / std::sqrt(static_cast<float>(cache_.headSize)),
                      .levels = simd_.levels,
                      .q = q,
                      .counts = counts,
                      .queries = count,
                      .partials = partials,
                      .partialStride = partialStride_});
    }

    void add(Seen& seen, const float* partial) const { merge(seen, partial, width_); }

    void write(std::int64_t g, std::int64_t query, const Seen& seen) const {
        float* out = out_.row(query / headsPerGroup_) + columnOf(g, query);
        for (std::int64_t i = 0; i < cache_.headSize; ++i)
            out[i] = seen.values[i] / seen.sum;
    }

  private:
    std::int64_t columnOf(std::int64_t g, std::int64_t query) const {
        return (g * headsPerGroup_ + query % headsPerGroup_) * cache_.headSize;
    }
    const float* queryAt(std::int64_t g, std::int64_t query) const {
        return q_.row(query / headsPerGroup_) + columnOf(g, query);
    }

    const Simd& simd_;
    Matrix<const float> q_;
    Matrix<float> out_;
    const KvPanels& cache_;
    std::int64_t position_;
    std::int64_t headsPerGroup_;
    std::int64_t width_;
    std::int64_t partialStride_;
};

// A few queries of one head, over all that the last of them sees.
void attendBlock(const Attention& attention, std::int64_t g, std::int64_t first, int count) {
    float values[kQueries][kMostHeadSize] = {};
    float partials[kQueries * (kPartialHead + kMostHeadSize)];
    Seen seen[kQueries];
    for (int i = 0; i < count; ++i)
        seen[i].values = values[i];
    const std::int64_t stretches = attention.stretchesOf(first + count - 1);
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

// How one run is cut: a single row by the stretches that each head sees, which are put together at
// the end (its partials [G, stretches, queries]); several rows by blocks of queries.
struct RunWork {
    const CacheRun* run = nullptr;
    std::int64_t firstRow = 0;
    std::int64_t firstItem = 0;  // in the list of all runs' items
    std::int64_t perHead = 0;    // items
    float* partials = nullptr;   // of a single row

    bool isSplit() const { return partials != nullptr; }
};

class Work {
  public:
    Work(OpContext& context, const AttendArgs& args) : simd_(simdOf(context)), args_(args) {
        auto* partials = reinterpret_cast<float*>(context.scratch.data());
        std::int64_t row = 0;
        std::int64_t neededBytes = 0;
        for (const CacheRun& run : args.runs) {
            RunWork& work = work_[runs_++];
            work = {.run = &run, .firstRow = row, .firstItem = items_};
            const Attention attention = of(work);
            const std::int64_t queries = attention.queriesPerGroup();
            row += run.rows;
            if (run.rows == 1) {
                work.perHead = attention.stretchesOf(queries - 1);
                work.partials = partials;
                partials += run.cache.heads * work.perHead * queries * attention.partialStride();
                ++splits_;
                neededBytes += attendScratchBytes(args.q.cols / run.cache.headSize,
                                                  run.cache.headSize, run.end(), 1);
            } else {
                work.perHead = (queries + kQueries - 1) / kQueries;
            }
            items_ += run.cache.heads * work.perHead;
        }
        DSM_CHECK(context.scratchBytes() >= neededBytes);
    }

    std::int64_t items() const { return items_; }
    bool isSplit() const { return splits_ > 0; }

    void compute(std::int64_t begin, std::int64_t end) const {
        std::size_t r = 0;
        for (std::int64_t i = begin; i < end; ++i) {
            while (r + 1 < runs_ && i >= work_[r + 1].firstItem)
                ++r;
            const RunWork& work = work_[r];
            const std::int64_t g = (i - work.firstItem) / work.perHead;
            const std::int64_t nth = (i - work.firstItem) % work.perHead;
            if (work.isSplit()) {
                attendStretch(work, g, nth);
            } else {
                const Attention attention = of(work);
                const std::int64_t first = nth * kQueries;
                attendBlock(attention, g, first, countFrom(attention, first));
            }
        }
    }

    // Puts the stretches of the runs [begin, end) together, where they are split.
    void fold(std::int64_t begin, std::int64_t end) const {
        for (std::int64_t r = begin; r < end; ++r) {
            const RunWork& work = work_[static_cast<std::size_t>(r)];
            if (!work.isSplit()) continue;
            const Attention attention = of(work);
            const std::int64_t queries = attention.queriesPerGroup();
            for (std::int64_t g = 0; g < work.run->cache.heads; ++g) {
                for (std::int64_t query = 0; query < queries; ++query) {
                    float values[kMostHeadSize] = {};
                    Seen seen{.values = values};
                    for (std::int64_t s = 0; s < work.perHead; ++s)
                        attention.add(seen, partialOf(work, attention, g, s, query));
                    attention.write(g, query, seen);
                }
            }
        }
    }

  private:
    Attention of(const RunWork& work) const { return {simd_, args_, *work.run, work.firstRow}; }

    static int countFrom(const Attention& attention, std::int64_t first) {
        return static_cast<int>(
            std::min<std::int64_t>(attention.queriesPerGroup() - first, kQueries));
    }
    static float* partialOf(const RunWork& work, const Attention& attention, std::int64_t g,
                            std::int64_t stretch, std::int64_t query) {
        const std::int64_t queries = attention.queriesPerGroup();
        return work.partials +
               ((g * work.perHead + stretch) * queries + query) * attention.partialStride();
    }
    void attendStretch(const RunWork& work, std::int64_t g, std::int64_t stretch) const {
        const Attention attention = of(work);
        for (std::int64_t first = 0; first < attention.queriesPerGroup(); first += kQueries) {
            attention.stretch(g, first, countFrom(attention, first), stretch,
                              partialOf(work, attention, g, stretch, first));
        }
    }

    const Simd& simd_;
    const AttendArgs& args_;
    RunWork work_[kMostRuns];
    std::size_t runs_ = 0;
    std::int64_t items_ = 0;
    std::int64_t splits_ = 0;
};

}  // namespace

void attend(OpContext& context, const AttendArgs& args) {
    checkShapes(args);
    const Work work(context, args);
    context.pool->run(work.items(), 1,
                      [&](std::int64_t begin, std::int64_t end) { work.compute(begin, end); });
    if (!work.isSplit()) return;
    context.pool->run(static_cast<std::int64_t>(args.runs.size()), 1,
                      [&](std::int64_t begin, std::int64_t end) { work.fold(begin, end); });
}

}  // namespace cpu
}  // namespace dsm
