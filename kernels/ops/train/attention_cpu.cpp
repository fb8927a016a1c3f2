#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "kernels/cpu/gemm.h"
#include "kernels/cpu/train_simd.h"
#include "kernels/ops/train/attention.h"

namespace dsm::cpu {
namespace {

constexpr std::int64_t kBlock = kAttentionRows * kAttentionCols;
// Of a product's left factor: the rows of a block times a head, or its columns times its rows.
constexpr std::size_t kPanelBytes = (kAttentionCols + 16) * kAttentionHead * 4 + 1024;

// What a thread needs of memory for a block of scores.
struct BlockMemory {
    alignas(64) std::byte panels[kPanelBytes];
    alignas(64) float scores[kBlock];
    alignas(64) float gradients[kBlock];
};

// Rows [first, first + rows) of a head, whose numbers begin at column `col`.
struct HeadRows {
    const float* data;
    std::int64_t rows;
    std::int64_t stride;

    Factor factor(bool across = false) const {
        return {.stored = {data, DType::F32, rows, stride}, .across = across};
    }
};

HeadRows rowsOf(const Matrix<const float>& m, std::int64_t first, std::int64_t rows,
                std::int64_t col) {
    return {m.row(first) + col, rows, m.cols};
}

Factor scoresOf(const float* block, std::int64_t rows, bool across = false) {
    return {.stored = {block, DType::F32, rows, kAttentionCols}, .across = across};
}

void multiply(const TrainLoops& loops, BlockMemory& memory, const Term& term, float* out,
              std::int64_t rows, std::int64_t cols, std::int64_t stride, bool add) {
    gemmHere(
        loops,
        {.out = out, .rows = rows, .cols = cols, .stride = stride, .add = add, .terms = {&term, 1}},
        memory.panels);
}

// How many of `keys` keys from `firstKey` on the query at `t` sees.
std::int64_t visibleKeys(std::int64_t t, std::int64_t firstKey, std::int64_t keys) {
    return std::clamp<std::int64_t>(t - firstKey + 1, 0, keys);
}

// Calls body(firstSegmentToken, end, group head) for every segment and key/value head, on all
// threads: what belongs together is summed up by one of them.
template <class Args, class Body>
void forEachSegmentHead(OpContext& context, const Args& args, const Body& body) {
    const std::int64_t heads = args.k.cols / args.headSize;
    const auto segments = static_cast<std::int64_t>(args.segments.size()) - 1;
    context.pool->run(segments * heads, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
            const auto s = static_cast<std::size_t>(i / heads);
            body(std::int64_t{args.segments[s]}, std::int64_t{args.segments[s + 1]}, i % heads);
        }
    });
}

// Calls body(first, count) for blocks of [begin, end).
template <class Body>
void inBlocks(std::int64_t begin, std::int64_t end, std::int64_t block, const Body& body) {
    for (std::int64_t first = begin; first < end; first += block)
        body(first, std::min(block, end - first));
}

class ForwardHead {
  public:
    ForwardHead(const TrainLoops& loops, const AttentionForwardArgs<float>& args, std::int64_t head)
        : loops_(loops),
          args_(args),
          head_(head),
          q_(head * args.headSize),
          kv_(head / (args.q.cols / args.k.cols) * args.headSize),
          scale_(1.0F / std::sqrt(static_cast<float>(args.headSize))) {}

    // Queries [t, t + rows) of the segment that begins at `begin`.
    void queries(std::int64_t begin, std::int64_t t, std::int64_t rows) {
        largest_.fill(-std::numeric_limits<float>::infinity());
        sum_.fill(0);
        inBlocks(begin, t + rows, kAttentionCols, [&](std::int64_t first, std::int64_t keys) {
            multiply(loops_, memory_,
                     {.left = rowsOf(args_.q, t, rows, q_).factor(),
                      .right = rowsOf(args_.k, first, keys, kv_).factor(),
                      .sum = args_.headSize},
                     memory_.scores, rows, keys, kAttentionCols, false);
            for (std::int64_t r = 0; r < rows; ++r)
                weigh(t, r, visibleKeys(t + r, first, keys), keys);
            multiply(loops_, memory_,
                     {.left = scoresOf(memory_.scores, rows),
                      .right = rowsOf(args_.v, first, keys, kv_).factor(true),
                      .sum = keys},
                     args_.out.row(t) + q_, rows, args_.headSize, args_.out.cols, first != begin);
        });
        for (std::int64_t r = 0; r < rows; ++r)
            finish(t, r);
    }

  private:
    // Turns a row of scores into weights relative to the largest score so far, and what was summed
    // up before with it.
    void weigh(std::int64_t t, std::int64_t r, std::int64_t visible, std::int64_t keys) {
        float* row = memory_.scores + r * kAttentionCols;
        std::fill(row + visible, row + keys, 0.0F);
        if (visible == 0) return;
        const auto at = static_cast<std::size_t>(r);
        const float before = largest_[at];
        largest_[at] = std::max(before, loops_.largest(row, visible) * scale_);
        if (before < largest_[at] && sum_[at] > 0) {
            const float factor = std::exp(before - largest_[at]);
            sum_[at] *= factor;
            loops_.multiply(args_.out.row(t + r) + q_, args_.headSize, factor);
        }
        sum_[at] += loops_.exponentials(row, visible, scale_, largest_[at]);
    }

    void finish(std::int64_t t, std::int64_t r) {
        const auto at = static_cast<std::size_t>(r);
        loops_.multiply(args_.out.row(t + r) + q_, args_.headSize, 1.0F / sum_[at]);
        args_.logSum.row(t + r)[head_] = largest_[at] + std::log(sum_[at]);
    }

    const TrainLoops& loops_;
    const AttentionForwardArgs<float>& args_;
    std::int64_t head_, q_, kv_;
    float scale_;
    std::array<float, kAttentionRows> largest_, sum_;
    BlockMemory memory_;
};

class BackwardHead {
  public:
    BackwardHead(const TrainLoops& loops, const AttentionBackwardArgs<float>& args,
                 std::int64_t head)
        : loops_(loops),
          args_(args),
          head_(head),
          q_(head * args.headSize),
          kv_(head / (args.q.cols / args.k.cols) * args.headSize),
          scale_(1.0F / std::sqrt(static_cast<float>(args.headSize))) {}

    void queries(std::int64_t begin, std::int64_t t, std::int64_t rows) {
        for (std::int64_t r = 0; r < rows; ++r) {
            delta_[static_cast<std::size_t>(r)] =
                loops_.dot(args_.dOut.row(t + r) + q_, args_.out.row(t + r) + q_, args_.headSize);
        }
        inBlocks(begin, t + rows, kAttentionCols, [&](std::int64_t first, std::int64_t keys) {
            scores(t, rows, first, keys);
            accumulate(t, rows, first, keys, first != begin);
        });
    }

  private:
    // The weights p and the gradients ds of a block.
    void scores(std::int64_t t, std::int64_t rows, std::int64_t first, std::int64_t keys) {
        multiply(loops_, memory_,
                 {.left = rowsOf(args_.q, t, rows, q_).factor(),
                  .right = rowsOf(args_.k, first, keys, kv_).factor(),
                  .sum = args_.headSize},
                 memory_.scores, rows, keys, kAttentionCols, false);
        multiply(loops_, memory_,
                 {.left = rowsOf(args_.dOut, t, rows, q_).factor(),
                  .right = rowsOf(args_.v, first, keys, kv_).factor(),
                  .sum = args_.headSize},
                 memory_.gradients, rows, keys, kAttentionCols, false);
        for (std::int64_t r = 0; r < rows; ++r) {
            float* p = memory_.scores + r * kAttentionCols;
            float* ds = memory_.gradients + r * kAttentionCols;
            const std::int64_t visible = visibleKeys(t + r, first, keys);
            std::fill(p + visible, p + keys, 0.0F);
            std::fill(ds + visible, ds + keys, 0.0F);
            loops_.exponentials(p, visible, scale_, args_.logSum.row(t + r)[head_]);
            loops_.softmaxBackward(p, ds, visible, delta_[static_cast<std::size_t>(r)], scale_);
        }
    }

    void accumulate(std::int64_t t, std::int64_t rows, std::int64_t first, std::int64_t keys,
                    bool add) {
        const std::int64_t size = args_.headSize;
        multiply(loops_, memory_,
                 {.left = scoresOf(memory_.scores, rows, true),
                  .right = rowsOf(args_.dOut, t, rows, q_).factor(true),
                  .sum = rows},
                 args_.dv.row(first) + kv_, keys, size, args_.dv.cols, true);
        multiply(loops_, memory_,
                 {.left = scoresOf(memory_.gradients, rows, true),
                  .right = rowsOf(args_.q, t, rows, q_).factor(true),
                  .sum = rows},
                 args_.dk.row(first) + kv_, keys, size, args_.dk.cols, true);
        multiply(loops_, memory_,
                 {.left = scoresOf(memory_.gradients, rows),
                  .right = rowsOf(args_.k, first, keys, kv_).factor(true),
                  .sum = keys},
                 args_.dq.row(t) + q_, rows, size, args_.dq.cols, add);
    }

    const TrainLoops& loops_;
    const AttentionBackwardArgs<float>& args_;
    std::int64_t head_, q_, kv_;
    float scale_;
    std::array<float, kAttentionRows> delta_{};
    BlockMemory memory_;
};

}  // namespace

void attentionForward(OpContext& context, const AttentionForwardArgs<float>& args) {
    checkShapes(args);
    const TrainLoops& loops = trainLoopsOf(context);
    const std::int64_t group = args.q.cols / args.k.cols;
    forEachSegmentHead(context, args, [&](std::int64_t begin, std::int64_t end, std::int64_t g) {
        for (std::int64_t h = g * group; h < (g + 1) * group; ++h) {
            ForwardHead head(loops, args, h);
            inBlocks(begin, end, kAttentionRows,
                     [&](std::int64_t t, std::int64_t rows) { head.queries(begin, t, rows); });
        }
    });
}

void attentionBackward(OpContext& context, const AttentionBackwardArgs<float>& args) {
    checkShapes(args);
    const TrainLoops& loops = trainLoopsOf(context);
    const std::int64_t group = args.q.cols / args.k.cols;
    forEachSegmentHead(context, args, [&](std::int64_t begin, std::int64_t end, std::int64_t g) {
        for (std::int64_t t = begin; t < end; ++t) {
            std::fill_n(args.dk.row(t) + g * args.headSize, args.headSize, 0.0F);
            std::fill_n(args.dv.row(t) + g * args.headSize, args.headSize, 0.0F);
        }
        for (std::int64_t h = g * group; h < (g + 1) * group; ++h) {
            BackwardHead head(loops, args, h);
            inBlocks(begin, end, kAttentionRows,
                     [&](std::int64_t t, std::int64_t rows) { head.queries(begin, t, rows); });
        }
    });
}

}  // namespace dsm::cpu
