#include "finetune_ui/runs/sparkline.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/widgets/chart/chart_series.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr double kSmoothing = 0.6;
constexpr int kWidth = 96;
constexpr int kHeight = 28;

}  // namespace

Sparkline::Sparkline(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
    connect(&theme, &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

QSize Sparkline::sizeHint() const {
    return {theme_.scaled(kWidth), theme_.scaled(kHeight)};
}

void Sparkline::setPoints(std::vector<QPointF> points) {
    std::erase_if(points, [](const QPointF& point) { return !std::isfinite(point.y()); });
    points_ = smoothed(points, kSmoothing);
    update();
}

void Sparkline::paintEvent(QPaintEvent*) {
    if (points_.size() < 2) return;
    const auto [least, most] =
        std::minmax_element(points_.begin(), points_.end(),
                            [](const QPointF& a, const QPointF& b) { return a.y() < b.y(); });
    const double low = least->y(), high = std::max(most->y() - low, 1e-12);
    const double first = points_.front().x();
    const double length = std::max(points_.back().x() - first, 1e-12);
    QPolygonF line;
    for (const QPointF& point :
         visiblePoints(points_, {first, points_.back().x()}, std::max(width(), 1))) {
        line.append({1 + (point.x() - first) / length * (width() - 2),
                     height() - 2 - (point.y() - low) / high * (height() - 4)});
    }
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme_.seriesColor(0), 1.5));
    painter.drawPolyline(line);
}

}  // namespace dsm
