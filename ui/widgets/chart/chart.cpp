#include "ui/widgets/chart/chart.h"

#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr double kSmallestDrag = 6;  // pixels; less is a click
constexpr double kZoomStep = 1.5;

bool isShown(const QPointF& point, bool isLogarithmic) {
    return std::isfinite(point.y()) && (!isLogarithmic || point.y() > 0);
}

QString quoted(QString text) {
    if (!text.contains(QLatin1Char(',')) && !text.contains(QLatin1Char('"')) &&
        !text.contains(QLatin1Char('\n')))
        return text;
    return QLatin1Char('"') + text.replace(QStringLiteral("\""), QStringLiteral("\"\"")) +
           QLatin1Char('"');
}

}  // namespace

Chart::Chart(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setCursor(Qt::CrossCursor);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void Chart::setTitles(const QString& chart, const QString& x, const QString& y) {
    title_ = chart;
    xTitle_ = x;
    yTitle_ = y;
    setAccessibleName(chart);
    update();
}

void Chart::setSeries(std::vector<ChartSeries> series) {
    series_ = std::move(series);
    prepare();
}

void Chart::setEmptyText(const QString& text) {
    emptyText_ = text;
    update();
}

void Chart::setLogarithmic(bool isLogarithmic) {
    isLogarithmic_ = isLogarithmic;
    prepare();
}

void Chart::setWholeX(bool isWhole) {
    isWholeX_ = isWhole;
    update();
}

void Chart::setSmoothing(double smoothing) {
    smoothing_ = std::clamp(smoothing, 0.0, 0.999);
    prepare();
}

void Chart::setFaintText(const QString& text) {
    faintText_ = text;
    update();
}

void Chart::setZoom(std::optional<ChartRange> range) {
    if (zoom_ == range) return;
    zoom_ = range;
    update();
    Q_EMIT zoomChanged();
}

void Chart::prepare() {
    lines_.clear();
    for (const ChartSeries& series : series_) {
        std::vector<QPointF> points;
        points.reserve(series.points.size());
        for (const QPointF& point : series.points) {
            if (isShown(point, isLogarithmic_)) points.push_back(point);
        }
        lines_.push_back(smoothed(points, series.isExact ? 0 : smoothing_));
    }
    update();
}

ChartRange Chart::allX() const {
    std::optional<ChartRange> all;
    for (const auto& line : lines_) {
        if (line.empty()) continue;
        if (!all) all = {line.front().x(), line.back().x()};
        all->least = std::min(all->least, line.front().x());
        all->most = std::max(all->most, line.back().x());
    }
    if (!all) return {0, 1};
    if (all->length() <= 0) return {all->least - 0.5, all->most + 0.5};
    return *all;
}

ChartRange Chart::shownY() const {
    const ChartRange shown = shownX();
    std::optional<ChartRange> range;
    const auto cover = [&](const QPointF& point) {
        if (!shown.contains(point.x())) return;
        if (!range) range = {point.y(), point.y()};
        range->least = std::min(range->least, point.y());
        range->most = std::max(range->most, point.y());
    };
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        for (const QPointF& point : lines_[i])
            cover(point);
        if (!hasFaint(series_[i])) continue;
        for (const QPointF& point : series_[i].points) {
            if (isShown(point, isLogarithmic_)) cover(point);
        }
    }
    if (!range) return isLogarithmic_ ? ChartRange{0.1, 1} : ChartRange{0, 1};
    return ChartAxis::rangeFor(range->least, range->most, isLogarithmic_);
}

QImage Chart::image() {
    QImage picture(size() * 2, QImage::Format_ARGB32_Premultiplied);
    picture.setDevicePixelRatio(2);
    picture.fill(theme_.color(ColorRole::Surface));
    QPainter painter(&picture);
    paint(painter);
    return picture;
}

QString Chart::csv() const {
    QString text = QStringLiteral("series,x,y\n");
    for (const ChartSeries& series : series_) {
        for (const QPointF& point : series.points) {
            text += quoted(series.name) + QLatin1Char(',') + QString::number(point.x(), 'g', 12) +
                    QLatin1Char(',') + QString::number(point.y(), 'g', 9) + QLatin1Char('\n');
        }
    }
    return text;
}

void Chart::readAt(std::optional<double> x) {
    readX_ = x;
    if (x) setAccessibleDescription(reading(*x).join(QStringLiteral("; ")));
    update();
}

QStringList Chart::reading(double x) const {
    QStringList values;
    for (size_t i = 0; i < series_.size(); ++i) {
        const auto point = nearestPoint(lines_[i], x);
        if (!point) continue;
        values.append(
            QStringLiteral("%1  %2").arg(series_[i].name, QLocale().toString(point->y(), 'g', 4)));
    }
    return values;
}

void Chart::mouseMoveEvent(QMouseEvent* event) {
    const double x = event->position().x();
    if (dragFrom_) dragTo_ = x;
    readAt(valueAt(x));
}

void Chart::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
    dragFrom_ = dragTo_ = event->position().x();
}

void Chart::mouseReleaseEvent(QMouseEvent* event) {
    if (!dragFrom_ || event->button() != Qt::LeftButton) return;
    const double from = std::min(*dragFrom_, dragTo_);
    const double to = std::max(*dragFrom_, dragTo_);
    dragFrom_.reset();
    update();
    if (to - from >= kSmallestDrag) setZoom(ChartRange{valueAt(from), valueAt(to)});
}

void Chart::mouseDoubleClickEvent(QMouseEvent*) {
    dragFrom_.reset();
    setZoom(std::nullopt);
}

void Chart::wheelEvent(QWheelEvent* event) {
    // Without Ctrl the page scrolls.
    if (!(event->modifiers() & Qt::ControlModifier) || event->angleDelta().y() == 0)
        return event->ignore();
    zoomBy(event->angleDelta().y() > 0 ? kZoomStep : 1 / kZoomStep, valueAt(event->position().x()));
}

void Chart::leaveEvent(QEvent*) {
    if (!hasFocus()) readAt(std::nullopt);
}

void Chart::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    readAt(std::nullopt);
}

void Chart::zoomBy(double factor, double around) {
    const ChartRange all = allX();
    const ChartRange now = shownX();
    ChartRange next{around - (around - now.least) / factor, around + (now.most - around) / factor};
    next.least = std::max(next.least, all.least);
    next.most = std::min(next.most, all.most);
    if (next == all) return setZoom(std::nullopt);
    // Closer than a thousandth of a step there is nothing to see.
    if (next.length() > 1e-3) setZoom(next);
}

void Chart::step(int points) {
    const auto longest =
        std::max_element(lines_.begin(), lines_.end(),
                         [](const auto& a, const auto& b) { return a.size() < b.size(); });
    if (longest == lines_.end() || longest->empty()) return;
    const ChartRange shown = shownX();
    const double from = readX_.value_or(points > 0 ? shown.least : shown.most);
    auto at = std::lower_bound(longest->begin(), longest->end(), from,
                               [](const QPointF& point, double x) { return point.x() < x; });
    const auto index =
        std::clamp<std::ptrdiff_t>((at - longest->begin()) + (readX_ ? points : 0), 0,
                                   static_cast<std::ptrdiff_t>(longest->size()) - 1);
    readAt((*longest)[static_cast<size_t>(index)].x());
}

void Chart::keyPressEvent(QKeyEvent* event) {
    const int far = (event->modifiers() & Qt::ShiftModifier) ? 10 : 1;
    const ChartRange shown = shownX();
    const double middle = readX_.value_or((shown.least + shown.most) / 2);
    switch (event->key()) {
        case Qt::Key_Left:
            return step(-far);
        case Qt::Key_Right:
            return step(far);
        case Qt::Key_Home:
            return readAt(shown.least);
        case Qt::Key_End:
            return readAt(shown.most);
        case Qt::Key_Plus:
        case Qt::Key_Equal:
            return zoomBy(kZoomStep, middle);
        case Qt::Key_Minus:
            return zoomBy(1 / kZoomStep, middle);
        case Qt::Key_0:
            return setZoom(std::nullopt);
        default:
            QWidget::keyPressEvent(event);
    }
}

}  // namespace dsm
