// What a Chart looks like.
#include <QFontMetricsF>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "ui/widgets/chart/chart.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr double kMarkDistance = 56;  // between marks of an axis, at the least
constexpr double kLineWidth = 1.75;
constexpr double kFaint = 0.28;  // of points behind their smoothed line
constexpr double kSwatch = 20;   // of a line in the legend

}  // namespace

struct Chart::Entry {
    QString name;
    int color = 0;
    bool isDashed = false;
    bool isFaint = false;
    QRectF place = {};
};

struct Chart::Frame {
    QRectF plot;
    ChartAxis x, y;
    std::vector<double> xMarks, yMarks;

    QPointF pixel(const QPointF& value) const {
        return {plot.left() + x.shareOf(value.x()) * plot.width(),
                plot.bottom() - y.shareOf(value.y()) * plot.height()};
    }
};

Chart::Frame Chart::frame() const {
    const QFontMetricsF metrics(theme_.font(TextStyle::Caption));
    const double line = metrics.height();
    const std::vector<Entry> entries = legend();
    const double legendBottom = entries.empty() ? line : entries.back().place.bottom();
    const double top = legendBottom + 2 * space::kSmall;
    const double bottom = 2 * line + space::kMedium;
    Frame frame{.plot = {0, top, 1, std::max(1.0, height() - top - bottom)},
                .x = ChartAxis(shownX(), false),
                .y = ChartAxis(shownY(), isLogarithmic_),
                .xMarks = {},
                .yMarks = {}};
    frame.yMarks = frame.y.marks(static_cast<int>(frame.plot.height() / kMarkDistance) + 1);
    double left = 0;
    for (const double mark : frame.yMarks)
        left = std::max(left, metrics.horizontalAdvance(frame.y.markText(mark, frame.yMarks)));
    left += space::kMedium;
    frame.plot.setLeft(left);
    frame.plot.setWidth(std::max(1.0, width() - left - space::kMedium));
    frame.xMarks = frame.x.marks(static_cast<int>(frame.plot.width() / (1.5 * kMarkDistance)) + 1);
    if (isWholeX_)
        std::erase_if(frame.xMarks,
                      [](double mark) { return std::abs(mark - std::round(mark)) > 1e-6; });
    return frame;
}

double Chart::valueAt(double pixel) const {
    const Frame at = frame();
    const double share = (pixel - at.plot.left()) / at.plot.width();
    return at.x.valueAt(std::clamp(share, 0.0, 1.0));
}

void Chart::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paint(painter);
    if (hasFocus())
        drawFocusRing(painter, rect(), radius::kSmall, theme_.color(ColorRole::AccentText));
}

void Chart::paint(QPainter& painter) const {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(theme_.font(TextStyle::Caption));
    const Frame at = frame();
    const bool isEmpty =
        std::all_of(lines_.begin(), lines_.end(), [](const auto& line) { return line.empty(); });
    if (isEmpty) {
        paintLegend(painter);
        painter.setPen(theme_.color(ColorRole::TextSecondary));
        painter.drawText(QRectF(rect()), Qt::AlignCenter | Qt::TextWordWrap, emptyText_);
        return;
    }
    paintMarks(painter, at);
    painter.save();
    painter.setClipRect(at.plot.adjusted(0, -1, 0, 1));
    paintLines(painter, at);
    painter.restore();
    paintLegend(painter);
    paintReading(painter, at);
}

void Chart::paintMarks(QPainter& painter, const Frame& at) const {
    const QFontMetricsF metrics(painter.font());
    const QColor grid = theme_.color(ColorRole::Border);
    const QColor text = theme_.color(ColorRole::TextSecondary);
    for (const double mark : at.yMarks) {
        const double y = at.pixel({0, mark}).y();
        painter.setPen(QPen(grid, 1));
        painter.drawLine(QPointF(at.plot.left(), y), QPointF(at.plot.right(), y));
        painter.setPen(text);
        painter.drawText(
            QRectF(0, y - metrics.height(), at.plot.left() - space::kSmall, 2 * metrics.height()),
            Qt::AlignRight | Qt::AlignVCenter, at.y.markText(mark, at.yMarks));
    }
    for (const double mark : at.xMarks) {
        const double x = at.pixel({mark, 0}).x();
        const QString label = at.x.markText(mark, at.xMarks);
        const double half = metrics.horizontalAdvance(label) / 2 + 1;
        const double left = std::clamp(x - half, 0.0, std::max(0.0, width() - 2 * half));
        painter.drawText(QRectF(left, at.plot.bottom() + space::kTiny, 2 * half, metrics.height()),
                         Qt::AlignCenter, label);
    }
    painter.setPen(theme_.color(ColorRole::TextTertiary));
    const QRectF below(at.plot.left(), height() - metrics.height() - space::kTiny, at.plot.width(),
                       metrics.height());
    painter.drawText(below, Qt::AlignRight | Qt::AlignVCenter, xTitle_);
}

void Chart::paintLine(QPainter& painter, const Frame& at, const ChartSeries& series,
                      const std::vector<QPointF>& points, bool isFaint) const {
    QColor color = theme_.seriesColor(series.color);
    if (isFaint) color.setAlphaF(static_cast<float>(kFaint));
    const auto columns = static_cast<int>(std::max(1.0, at.plot.width()));
    const std::vector<QPointF> shown = visiblePoints(points, at.x.range(), columns);
    QPolygonF line;
    line.reserve(static_cast<qsizetype>(shown.size()));
    for (const QPointF& point : shown)
        line.append(at.pixel(point));
    QPen pen(color, isFaint ? 1 : kLineWidth);
    if (series.isDashed) pen.setDashPattern({4, 3});
    painter.setPen(pen);
    painter.drawPolyline(line);
    // A point without a neighbour has no line.
    if (line.size() == 1) {
        painter.setBrush(color);
        painter.drawEllipse(line.front(), 2.5, 2.5);
        painter.setBrush(Qt::NoBrush);
    }
}

void Chart::paintLines(QPainter& painter, const Frame& at) const {
    for (size_t i = 0; i < series_.size(); ++i) {
        if (hasFaint(series_[i])) {
            std::vector<QPointF> raw;
            for (const QPointF& point :
                 visiblePoints(series_[i].points, at.x.range(),
                               static_cast<int>(std::max(1.0, at.plot.width())))) {
                if (std::isfinite(point.y()) && (!isLogarithmic_ || point.y() > 0))
                    raw.push_back(point);
            }
            paintLine(painter, at, series_[i], raw, true);
        }
        paintLine(painter, at, series_[i], lines_[i], false);
    }
    if (!dragFrom_ || std::abs(dragTo_ - *dragFrom_) < 1) return;
    QColor marked = theme_.color(ColorRole::AccentText);
    marked.setAlphaF(0.15F);
    painter.fillRect(
        QRectF(QPointF(*dragFrom_, at.plot.top()), QPointF(dragTo_, at.plot.bottom())).normalized(),
        marked);
}

std::vector<Chart::Entry> Chart::legend() const {
    std::vector<Entry> entries;
    const auto add = [&](const QString& name, const ChartSeries& of, bool isFaint) {
        entries.push_back({.name = name,
                           .color = of.color,
                           .isDashed = of.isDashed && !isFaint,
                           .isFaint = isFaint});
    };
    const bool hasFaint = smoothing_ > 0 && !faintText_.isEmpty();
    for (const ChartSeries& series : series_) {
        if (series_.size() > 1 || hasFaint) add(series.name, series, false);
        if (hasFaint && series_.size() <= 2 && !series.isExact) add(faintText_, series, true);
    }
    const QFontMetricsF metrics(theme_.font(TextStyle::Caption));
    double left = metrics.horizontalAdvance(yTitle_) + space::kLarge;
    int line = 0;
    for (Entry& entry : entries) {
        entry.name = metrics.elidedText(entry.name, Qt::ElideMiddle, width() - kSwatch - 8.0);
        const double length = kSwatch + metrics.horizontalAdvance(entry.name) + space::kTiny;
        if (left + length > width() && left > 0) {
            left = 0;
            ++line;
        }
        entry.place = {left, space::kTiny + line * metrics.height(), length, metrics.height()};
        left += length + space::kMedium;
    }
    return entries;
}

void Chart::paintLegend(QPainter& painter) const {
    const QFontMetricsF metrics(painter.font());
    painter.setPen(theme_.color(ColorRole::TextSecondary));
    const QRectF above(0, space::kTiny, width(), metrics.height());
    painter.drawText(above, Qt::AlignLeft | Qt::AlignVCenter, yTitle_);
    for (const Entry& entry : legend()) {
        const double middle = entry.place.center().y();
        const QPointF from(entry.place.left(), middle);
        QColor color = theme_.seriesColor(entry.color);
        if (entry.isFaint) color.setAlphaF(static_cast<float>(kFaint));
        QPen pen(color, entry.isFaint ? 1 : kLineWidth);
        if (entry.isDashed) pen.setDashPattern({4, 3});
        painter.setPen(pen);
        painter.drawLine(from, from + QPointF(kSwatch - space::kTiny, 0));
        painter.setPen(theme_.color(ColorRole::TextSecondary));
        painter.drawText(entry.place.adjusted(kSwatch, 0, 1, 0), Qt::AlignVCenter, entry.name);
    }
}

void Chart::paintReading(QPainter& painter, const Frame& at) const {
    if (!readX_ || dragFrom_) return;
    double place = *readX_;
    for (const auto& line : lines_) {
        if (const auto point = nearestPoint(line, *readX_)) {
            place = point->x();
            break;
        }
    }
    const double x = at.pixel({place, 0}).x();
    if (x < at.plot.left() - 1 || x > at.plot.right() + 1) return;
    painter.setPen(QPen(theme_.color(ColorRole::BorderStrong), 1));
    painter.drawLine(QPointF(x, at.plot.top()), QPointF(x, at.plot.bottom()));
    QStringList texts{QStringLiteral("%1 %2").arg(xTitle_, QLocale().toString(place, 'g', 7))};
    for (size_t i = 0; i < lines_.size(); ++i) {
        const auto point = nearestPoint(lines_[i], place);
        if (!point) continue;
        painter.setBrush(theme_.seriesColor(series_[i].color));
        painter.setPen(Qt::NoPen);
        painter.drawEllipse(at.pixel(*point), 3.5, 3.5);
    }
    texts += reading(place);
    const QFontMetricsF metrics(painter.font());
    double width = 0;
    for (const QString& text : texts)
        width = std::max(width, metrics.horizontalAdvance(text));
    QRectF box(0, at.plot.top() + space::kTiny, width + 2 * space::kSmall,
               metrics.height() * static_cast<double>(texts.size()) + 2 * space::kTiny);
    box.moveLeft(x + space::kSmall);
    if (box.right() > at.plot.right()) box.moveRight(x - space::kSmall);
    box.moveLeft(std::max(0.0, box.left()));
    drawRounded(painter, box, radius::kSmall, theme_.color(ColorRole::Surface),
                theme_.color(ColorRole::Border));
    painter.setPen(theme_.color(ColorRole::Text));
    painter.drawText(box.adjusted(space::kSmall, space::kTiny, 0, 0), Qt::AlignLeft | Qt::AlignTop,
                     texts.join(QLatin1Char('\n')));
}

}  // namespace dsm
