#include <algorithm>
#include <numeric>

#include "ui/widgets/math/math_layout.h"

namespace dsm::math {
namespace {

// A line of a table is at least as high as one of text.
constexpr double kLineAscent = 0.84 * kEm;
constexpr double kLineDescent = 0.36 * kEm;
constexpr double kRowGap = 0.12 * kEm;
constexpr double kPairGap = 2 * kEm;  // between two equations on a line
constexpr double kRule = 0.04 * kEm;
constexpr double kFramePadding = 0.3 * kEm;

QChar alignmentOf(const Columns& columns, size_t column) {
    if (columns.isAligned) return column % 2 == 0 ? u'r' : u'l';
    if (columns.alignment.isEmpty()) return u'c';
    return columns
        .alignment[std::min(static_cast<qsizetype>(column), columns.alignment.size() - 1)];
}

// Before the column.
double gapBefore(const Columns& columns, size_t column) {
    if (column == 0) return columns.outerGap * kEm;
    if (columns.isAligned) return column % 2 == 0 ? kPairGap : 0;
    return columns.gap * kEm;
}

struct Grid {
    std::vector<std::vector<Box>> cells;
    std::vector<double> widths;
    std::vector<double> lefts;      // of the columns
    std::vector<double> baselines;  // down from the top
    std::vector<double> tops;       // of the rows, and the bottom of the last
    double width = 0;
};

void placeColumns(Grid& grid, const Columns& columns, double scale) {
    for (const auto& row : grid.cells) {
        grid.widths.resize(std::max(grid.widths.size(), row.size()));
        for (size_t column = 0; column < row.size(); ++column)
            grid.widths[column] = std::max(grid.widths[column], row[column].width);
    }
    for (size_t column = 0; column < grid.widths.size(); ++column) {
        grid.width += gapBefore(columns, column) * scale;
        grid.lefts.push_back(grid.width);
        grid.width += grid.widths[column];
    }
    grid.width += columns.outerGap * kEm * scale;
}

void placeRows(Grid& grid, const Columns& columns, double scale) {
    double top = 0;
    for (size_t row = 0; row < grid.cells.size(); ++row) {
        double ascent = kLineAscent * scale;
        double descent = kLineDescent * scale;
        for (const Box& cell : grid.cells[row]) {
            ascent = std::max(ascent, cell.ascent + kRowGap * scale / 2);
            descent = std::max(descent, cell.descent + kRowGap * scale / 2);
        }
        grid.tops.push_back(top);
        grid.baselines.push_back(top + ascent);
        top += ascent + descent;
        if (row + 1 < grid.cells.size()) top += (columns.rowGap + columns.skips[row]) * kEm * scale;
    }
    grid.tops.push_back(top);
}

}  // namespace

Box Layout::table(const Node& node, Context context) const {
    const Columns& columns = node.columns;
    const Context inside{std::max(columns.style, context.isSmall() ? context.style : columns.style),
                         context.isCramped};
    const double scale = scaleOf(inside);
    Grid grid;
    for (const auto& row : node.rows) {
        grid.cells.emplace_back();
        for (const List& cell : row) {
            const bool follows = columns.isAligned && grid.cells.back().size() % 2 == 1;
            grid.cells.back().push_back(list(cell, inside, follows));
        }
    }
    placeColumns(grid, columns, scale);
    placeRows(grid, columns, scale);
    const double height = grid.tops.back();
    const double top = axis(context) + height / 2;
    Box whole;
    for (size_t row = 0; row < grid.cells.size(); ++row) {
        for (size_t column = 0; column < grid.cells[row].size(); ++column) {
            Box& cell = grid.cells[row][column];
            const QChar side = alignmentOf(columns, column);
            const double room = grid.widths[column] - cell.width;
            const double left = side == u'l' ? 0 : side == u'r' ? room : room / 2;
            whole.add(std::move(cell), grid.lefts[column] + left, grid.baselines[row] - top);
        }
    }
    for (const int line : columns.lines) {
        const auto column = static_cast<size_t>(line);
        const double x = column == 0 ? 0
                         : column < grid.lefts.size()
                             ? grid.lefts[column] - gapBefore(columns, column) * scale / 2
                             : grid.width - kRule;
        whole.addRule(x, -top, kRule, height);
    }
    for (const int rule : columns.rules)
        whole.addRule(0, grid.tops[std::min(static_cast<size_t>(rule), grid.tops.size() - 1)] - top,
                      grid.width, kRule);
    whole.width = grid.width;
    whole.ascent = std::max(whole.ascent, top);
    whole.descent = std::max(whole.descent, height - top);
    return whole;
}

// A frame around a formula, or a line through it.
Box Layout::framed(const Node& node, Context context) const {
    Box inner = list(node.parts[0], context);
    if (node.kind == Node::Kind::Struck) {
        Mark line;
        line.kind = Mark::Kind::Line;
        line.at = {0, inner.descent};
        line.size = {inner.width, -inner.height()};
        inner.marks.push_back(std::move(line));
        inner.isCharacter = false;
        return inner;
    }
    const double width = inner.width + 2 * kFramePadding;
    const double top = inner.ascent + kFramePadding;
    const double height = inner.height() + 2 * kFramePadding;
    Box whole;
    whole.add(std::move(inner), kFramePadding, 0);
    whole.addRule(0, -top, width, kRule);
    whole.addRule(0, height - top - kRule, width, kRule);
    whole.addRule(0, -top, kRule, height);
    whole.addRule(width - kRule, -top, kRule, height);
    whole.width = width;
    return whole;
}

// Rules 9 and 10.
Box Layout::overline(const Node& node, Context context) const {
    Box inner = list(node.parts[0], context.cramped());
    const double thickness = constant(Constant::OverbarRuleThickness, context);
    const double gap = constant(Constant::OverbarVerticalGap, context);
    inner.addRule(0, -(inner.ascent + gap + thickness), inner.width, thickness);
    inner.ascent += constant(Constant::OverbarExtraAscender, context);
    inner.isCharacter = false;
    inner.italic = 0;
    return inner;
}

Box Layout::underline(const Node& node, Context context) const {
    Box inner = list(node.parts[0], context);
    const double thickness = constant(Constant::UnderbarRuleThickness, context);
    const double gap = constant(Constant::UnderbarVerticalGap, context);
    inner.addRule(0, inner.descent + gap, inner.width, thickness);
    inner.descent += constant(Constant::UnderbarExtraDescender, context);
    inner.isCharacter = false;
    inner.italic = 0;
    return inner;
}

Box Layout::phantom(const Node& node, Context context) const {
    Box inner = list(node.parts[0], context);
    if (!node.isVisible) inner.marks.clear();
    if (!node.hasWidth) inner.width = 0;
    if (!node.hasHeight) inner.ascent = inner.descent = 0;
    inner.italic = 0;
    return inner;
}

}  // namespace dsm::math
