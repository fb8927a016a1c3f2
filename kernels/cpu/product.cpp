#include "kernels/cpu/product.h"

#include <array>
#include <vector>

#include "kernels/cpu/token_walk.h"

namespace dsm::cpu {
namespace {

Weight asWeight(const Matrix<const float>& m) {
    return {.data = m.data, .type = DType::F32, .rows = m.rows, .cols = m.cols};
}

void multiplyBlocks(const Simd& simd, const TokenBlock& block, const Weight& w, std::int64_t panel,
                    std::int64_t panels, float* out) {
    const auto* weights =
        static_cast<const std::byte*>(w.data) + panel * panelBytes(w.type, w.cols);
    for (int first = 0; first < block.count; first += kRoundedGroup) {
        simd.blocks->panel({.weights = weights,
                            .type = w.type,
                            .tiles = blockTiles(w.cols),
                            .rounded = block.rounded + first * roundedRowBytes(w.cols),
                            .tokens = std::min(block.count - first, kRoundedGroup),
                            .panels = static_cast<int>(panels),
                            .walk = block.count == 1 ? tokenWalk(simd, w.type) : 0,
                            .out = out + first * kProductRows});
    }
}

void multiplyRows(const Simd& simd, const TokenBlock& block, const Weight& w, std::int64_t panel,
                  float* out) {
    const std::int64_t row = panel * kProductRows;
    for (std::int64_t half = 0; half < kProductRows; half += kPanelRows) {
        const std::int64_t rows = std::min<std::int64_t>(w.rows - row - half, kPanelRows);
        if (rows <= 0) return;
        float part[kPanelTokens * kPanelRows];
        simd.panel({.x = block.x,
                    .tokens = block.count,
                    .weight = &w,
                    .row = row + half,
                    .rows = static_cast<int>(rows),
                    .out = part});
        for (int t = 0; t < block.count; ++t) {
            std::copy(part + t * kPanelRows, part + t * kPanelRows + rows,
                      out + t * kProductRows + half);
        }
    }
}

}  // namespace

void multiplyPanels(const Simd& simd, const TokenBlock& block, const Weight& w, std::int64_t panel,
                    std::int64_t panels, float* out) {
    DSM_CHECK(panels == 1 || block.count == 1);
    if (isBlocked(w.type)) return multiplyBlocks(simd, block, w, panel, panels, out);
    for (std::int64_t p = 0; p < panels; ++p)
        multiplyRows(simd, block, w, panel + p, out + p * kProductRows);
}

void LowRankBlock::project(const Simd& simd, const TokenBlock& block, int place) {
    thread_local std::array<std::vector<float>, 2> memory;
    const std::int64_t rank = low_->a.rows;
    std::vector<float>& numbers = memory[static_cast<std::size_t>(place)];
    numbers.resize(std::max(numbers.size(), static_cast<std::size_t>(kPanelTokens * rank)));
    projected_.count = block.count;
    for (int t = 0; t < block.count; ++t)
        projected_.x[t] = numbers.data() + t * rank;
    const Weight a = asWeight(low_->a);
    ProductTile tile;
    for (std::int64_t panel = 0; panel < panelsOf(rank); ++panel) {
        const std::int64_t first = panel * kProductRows;
        const std::int64_t count = std::min(rank - first, kProductRows);
        multiplyRows(simd, block, a, panel, tile);
        for (int t = 0; t < block.count; ++t)
            std::copy_n(tile + t * kProductRows, count, numbers.data() + t * rank + first);
    }
}

void LowRankBlock::addProduct(const Simd& simd, std::int64_t panel, float* tile) const {
    ProductTile product;
    const std::int64_t count = std::min(low_->b.rows - panel * kProductRows, kProductRows);
    multiplyRows(simd, projected_, asWeight(low_->b), panel, product);
    for (int t = 0; t < projected_.count; ++t) {
        for (std::int64_t n = 0; n < count; ++n) {
            const std::int64_t at = t * kProductRows + n;
            tile[at] += low_->scaling * product[at];
        }
    }
}

}  // namespace dsm::cpu
