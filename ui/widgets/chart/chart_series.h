// ChartSeries: the points of one line, and what of them a screen can show.
//
// Points come in rising order of x, and go through no copy for drawing: a column of pixels gets the
// least and the most of the points in it, so that 100,000 points cost no more to stroke than the
// width of the chart, and no peak is lost.
//
// Threads  Plain values.
#pragma once

#include <QPointF>
#include <QString>
#include <optional>
#include <vector>

#include "ui/widgets/chart/chart_axis.h"

namespace dsm {

struct ChartSeries {
    QString name;
    int color = 0;          // of Theme's colours for series
    bool isDashed = false;  // told apart without colour
    std::vector<QPointF> points = {};
    bool isExact = false;  // never smoothed: few points, each of weight
};

// The points as one smooth line: y' = s * y' before + (1 - s) * y, corrected for its beginning.
// `smoothing` s in [0, 1); 0 leaves them.
std::vector<QPointF> smoothed(const std::vector<QPointF>& points, double smoothing);

// The points on both sides of the range and within; of more than two for each of `columns` parts of
// it, those with the least and the most y, in their order.
std::vector<QPointF> visiblePoints(const std::vector<QPointF>& points, const ChartRange& range,
                                   int columns);

// The point whose x lies nearest.
std::optional<QPointF> nearestPoint(const std::vector<QPointF>& points, double x);

}  // namespace dsm
