#include "ui/widgets/chart/chart_series.h"

#include <algorithm>
#include <cmath>

namespace dsm {
namespace {

using Points = std::vector<QPointF>;

Points::const_iterator firstFrom(const Points& points, double x) {
    return std::lower_bound(points.begin(), points.end(), x,
                            [](const QPointF& point, double value) { return point.x() < value; });
}

// Adds the least and the most of one column, in the order in which they stand.
void addExtremes(Points::const_iterator begin, Points::const_iterator end, Points& out) {
    if (begin == end) return;
    const auto [least, most] = std::minmax_element(
        begin, end, [](const QPointF& a, const QPointF& b) { return a.y() < b.y(); });
    out.push_back(*std::min(least, most));
    if (least != most) out.push_back(*std::max(least, most));
}

}  // namespace

Points smoothed(const Points& points, double smoothing) {
    if (smoothing <= 0) return points;
    Points smooth;
    smooth.reserve(points.size());
    double sum = 0;
    double weight = 0;
    for (const QPointF& point : points) {
        if (!std::isfinite(point.y())) continue;
        sum = smoothing * sum + (1 - smoothing) * point.y();
        weight = smoothing * weight + (1 - smoothing);
        smooth.emplace_back(point.x(), sum / weight);
    }
    return smooth;
}

Points visiblePoints(const Points& points, const ChartRange& range, int columns) {
    auto begin = firstFrom(points, range.least);
    auto end = firstFrom(points, std::nextafter(range.most, HUGE_VAL));
    if (begin != points.begin()) --begin;  // the line goes on beyond the edge
    if (end != points.end()) ++end;
    if (end - begin <= 2 * static_cast<std::ptrdiff_t>(columns)) return {begin, end};
    Points out;
    out.reserve(2 * static_cast<size_t>(columns) + 2);
    const double width = range.length() / columns;
    auto from = begin;
    for (int column = 0; column < columns; ++column) {
        const auto to = column + 1 == columns
                            ? end
                            : std::max(from, firstFrom(points, range.least + width * (column + 1)));
        addExtremes(from, to, out);
        from = to;
    }
    return out;
}

std::optional<QPointF> nearestPoint(const Points& points, double x) {
    if (points.empty()) return std::nullopt;
    const auto after = firstFrom(points, x);
    if (after == points.end()) return points.back();
    if (after == points.begin()) return points.front();
    const auto before = after - 1;
    return x - before->x() <= after->x() - x ? *before : *after;
}

}  // namespace dsm
