// Products of gathered tokens with rows of weights, cut into panels of sixteen rows: the loop that
// every cpu operation with weights shares.
//
// Weights in Q8 and Q4 meet rounded tokens (rounded_rows.h), which the operation prepares once in
// its scratch memory; the others meet the float32 rows where they lie.
//
// Letters   T tokens, N rows of a weight, K its columns.
// Threads   roundedOf() uses the context's pool; the other functions run on the calling thread, and
//           operations share panels out with ThreadPool.
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/base/op_context.h"
#include "kernels/base/views.h"
#include "kernels/cpu/simd.h"

namespace dsm::cpu {

inline constexpr std::int64_t kProductRows = kBlockRows;

inline const Simd& simdOf(const OpContext& context) {
    return context.simd != nullptr ? *context.simd : machineSimd();
}

constexpr std::int64_t panelsOf(std::int64_t rows) {
    return (rows + kProductRows - 1) / kProductRows;
}

// Panels of one work item, for a product of `tokens` tokens with weights of `cols` columns: enough
// to stay in one stretch of memory and to be worth a thread's attention (a few microseconds), few
// enough that every thread gets several items, so that a slow one does not hold up the rest. Many
// tokens want no more than the cache holds.
inline std::int64_t grainOf(const OpContext& context, std::int64_t panels, std::int64_t tokens,
                            std::int64_t cols) {
    constexpr std::int64_t kLeastProducts = 1 << 16;
    constexpr std::int64_t kMostPanels = 8;
    const std::int64_t products = std::max<std::int64_t>(tokens * cols * kProductRows, 1);
    const std::int64_t least = (kLeastProducts + products - 1) / products;
    const std::int64_t share = panels / (std::int64_t{4} * context.pool->threads());
    return std::max(least, std::clamp<std::int64_t>(share, 1, kMostPanels));
}

// Rounds the `tokens` rows row(t) of `cols` numbers into groups from `out` on. On this thread.
template <class Row>
void roundGroups(const Simd& simd, std::int64_t tokens, const Row& row, std::int64_t cols,
                 std::byte* out) {
    for (std::int64_t begin = 0; begin < tokens; begin += kRoundedGroup) {
        const auto count = static_cast<int>(std::min<std::int64_t>(tokens - begin, kRoundedGroup));
        for (int i = 0; i < count; ++i) {
            simd.blocks->roundRow(row(begin + i), cols, i, count,
                                  out + begin * roundedRowBytes(cols));
        }
    }
}

// The tokens of a product: row(t) in float32, and where they are rounded.
template <class Row>
struct Tokens {
    std::int64_t count;
    Row row;
    const std::byte* rounded = nullptr;
};
template <class Row>  // for compilers that do not deduce it for aggregates (Clang 14)
Tokens(std::int64_t, Row, const std::byte*)->Tokens<Row>;

// Up to kPanelTokens tokens. Groups of rounded tokens never straddle two blocks.
struct TokenBlock {
    const float* x[kPanelTokens];
    const std::byte* rounded = nullptr;
    int count = 0;
};
static_assert(kPanelTokens % kRoundedGroup == 0);

// One panel's products: [tokens of the block][kProductRows].
using ProductTile = float[kPanelTokens * kProductRows];

// Calls body(begin, block) for each block of the tokens.
template <class Row, class Body>
void forEachTokenBlock(const Tokens<Row>& tokens, std::int64_t cols, const Body& body) {
    TokenBlock block;
    for (std::int64_t begin = 0; begin < tokens.count; begin += kPanelTokens) {
        block.count = static_cast<int>(std::min<std::int64_t>(tokens.count - begin, kPanelTokens));
        for (int i = 0; i < block.count; ++i)
            block.x[i] = tokens.row(begin + i);
        block.rounded =
            tokens.rounded != nullptr ? tokens.rounded + begin * roundedRowBytes(cols) : nullptr;
        body(begin, block);
    }
}

// Panels that one token meets at a time. It waits for memory, which likes long stretches.
inline constexpr std::int64_t kTokenPanels = 16;
static_assert(kTokenPanels <= kPanelTokens);  // of a ProductTile

constexpr std::int64_t panelsAtOnce(const TokenBlock& block) {
    return block.count == 1 ? kTokenPanels : 1;
}

// out[t*kProductRows + n] = dot(token t, w[panel*kProductRows + n]) for the rows that are there;
// a single token may meet several panels, whose products follow each other.
void multiplyPanels(const Simd& simd, const TokenBlock& block, const Weight& w, std::int64_t panel,
                    std::int64_t panels, float* out);

// What an adapter adds to the panels of one weight for one block of tokens: the block's inputs
// through A once, then through B panel by panel. Holds nothing where the weight has no adapter.
//
// `place` tells apart the objects that one thread has at a time, 0 or 1: their memory belongs to
// the thread and grows with the first adapter that it meets.
class LowRankBlock {
  public:
    LowRankBlock(const Simd& simd, const TokenBlock& block, const Weight& w, int place = 0)
        : low_(w.lowRank) {
        if (low_ != nullptr) project(simd, block, place);
    }

    // Adds to what multiplyPanels() wrote for the same panels.
    void addTo(const Simd& simd, std::int64_t panel, std::int64_t panels, float* tile) const {
        if (low_ == nullptr) return;
        for (std::int64_t p = 0; p < panels; ++p)
            addProduct(simd, panel + p, tile + p * kProductRows);
    }

  private:
    void project(const Simd& simd, const TokenBlock& block, int place);
    void addProduct(const Simd& simd, std::int64_t panel, float* tile) const;

    const LowRank* low_;
    TokenBlock projected_;  // x A^T
};

// Calls write(t, n, values, count) with values[i] = dot(row(t), w[n + i]), i < count, for every
// token and the rows of the panels [firstPanel, lastPanel) of w.
template <class Row, class Write>
void multiply(const Simd& simd, const Tokens<Row>& tokens, const Weight& w, std::int64_t firstPanel,
              std::int64_t lastPanel, const Write& write) {
    forEachTokenBlock(tokens, w.cols, [&](std::int64_t begin, const TokenBlock& block) {
        ProductTile tile;
        const LowRankBlock low(simd, block, w);
        const std::int64_t atOnce = panelsAtOnce(block);
        for (std::int64_t panel = firstPanel; panel < lastPanel; panel += atOnce) {
            const std::int64_t panels = std::min(lastPanel - panel, atOnce);
            const std::int64_t n = panel * kProductRows;
            const std::int64_t count = std::min(w.rows - n, panels * kProductRows);
            multiplyPanels(simd, block, w, panel, panels, tile);
            low.addTo(simd, panel, panels, tile);
            for (int i = 0; i < block.count; ++i) {
                write(begin + i, n, tile + i * kProductRows, count);
            }
        }
    });
}

// out[t,n] = dot(x[t], w[n]) for the rows of the panels [firstPanel, lastPanel); `rounded` holds
// the rows of x where w wants them rounded.
inline void multiplyInto(const Simd& simd, const Matrix<const float>& x, const std::byte* rounded,
                         const Weight& w, std::int64_t firstPanel, std::int64_t lastPanel,
                         const Matrix<float>& out) {
    const Tokens tokens{x.rows, [&](std::int64_t t) { return x.row(t); }, rounded};
    multiply(simd, tokens, w, firstPanel, lastPanel,
             [&](std::int64_t t, std::int64_t n, const float* values, std::int64_t count) {
                 std::copy(values, values + count, out.row(t) + n);
             });
}

// Rounds the rows of x into the context's scratch, where `wanted`, and returns them, or nullptr.
// The threads share them out.
inline const std::byte* roundedOf(OpContext& context, const Matrix<const float>& x, bool wanted) {
    if (!wanted) return nullptr;
    DSM_CHECK(roundedBytes(x.rows, x.cols) <= context.scratchBytes());
    const Simd& simd = simdOf(context);
    std::byte* out = context.scratch.data();
    const std::int64_t groups = (x.rows + kRoundedGroup - 1) / kRoundedGroup;
    context.pool->run(groups, 1, [&](std::int64_t begin, std::int64_t end) {
        const std::int64_t first = begin * kRoundedGroup;
        roundGroups(
            simd, std::min(end * kRoundedGroup, x.rows) - first,
            [&](std::int64_t t) { return x.row(first + t); }, x.cols,
            out + first * roundedRowBytes(x.cols));
    });
    return out;
}

}  // namespace dsm::cpu
