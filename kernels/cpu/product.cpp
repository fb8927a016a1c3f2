#include "kernels/cpu/product.h"

namespace dsm::cpu {

namespace {

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

}  // namespace dsm::cpu
