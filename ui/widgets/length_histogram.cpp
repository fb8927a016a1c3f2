#include "ui/widgets/length_histogram.h"

#include <QFontMetrics>
#include <QHelpEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QPolygonF>
#include <QToolTip>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "ui/widgets/icon_button.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kHeight = 168;
constexpr int kSide = 10;
constexpr int kGrip = 12;
constexpr double kGap = 6;  // before the bar of all that is longer
constexpr int kFewestTicks = 3;

}  // namespace

LengthHistogram::LengthHistogram(const Theme& theme, QWidget* parent)
    : QAbstractSlider(parent), theme_(theme) {
    setOrientation(Qt::Horizontal);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::SizeHorCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme, &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void LengthHistogram::setBars(const QList<qint64>& counts, int width, int longest) {
    counts_ = counts;
    width_ = std::max(width, 1);
    longest_ = std::max(longest, scaleEnd());
    setSingleStep(std::max(1, width_ / 10));
    setPageStep(width_);
    update();
}

void LengthHistogram::setLimitText(const QString& text, const QString& beyondText) {
    limitText_ = text;
    beyondText_ = beyondText;
    update();
}

QSize LengthHistogram::sizeHint() const {
    return {theme_.scaled(480), theme_.scaled(kHeight)};
}

QSize LengthHistogram::minimumSizeHint() const {
    return {160, theme_.scaled(kHeight)};
}

QRectF LengthHistogram::plot() const {
    const int line = QFontMetrics(theme_.font(TextStyle::Caption)).height();
    return QRectF(rect()).adjusted(kSide, line + kGrip + 4, -kSide, -line - 6);
}

double LengthHistogram::scaleWidth() const {
    const auto bars = static_cast<double>(counts_.size());
    return bars < 2 ? 0 : (plot().width() - kGap) * (bars - 1) / bars;
}

int LengthHistogram::scaleEnd() const {
    return width_ * std::max(0, static_cast<int>(counts_.size()) - 1);
}

// The last bar has a scale of its own, up to the longest.
double LengthHistogram::placeOf(int length) const {
    const QRectF area = plot();
    const int end = scaleEnd();
    if (end == 0) return area.left();
    if (length <= end) return area.left() + scaleWidth() * length / end;
    const double share = std::min(1.0, double(length - end) / std::max(1, longest_ - end));
    const double last = area.left() + scaleWidth() + kGap;
    return last + share * (area.right() - last);
}

int LengthHistogram::lengthAt(double x) const {
    const QRectF area = plot();
    const int end = scaleEnd();
    if (end == 0 || scaleWidth() <= 0) return value();
    const double inScale = x - area.left();
    if (inScale <= scaleWidth()) return static_cast<int>(std::lround(inScale / scaleWidth() * end));
    const double last = area.left() + scaleWidth() + kGap;
    const double share = std::clamp((x - last) / std::max(1.0, area.right() - last), 0.0, 1.0);
    return end + static_cast<int>(std::lround(share * (longest_ - end)));
}

QRectF LengthHistogram::barRect(int bar) const {
    const QRectF area = plot();
    const auto bars = static_cast<int>(counts_.size());
    const double step = (area.width() - kGap) / bars;
    const double left = area.left() + step * bar + (bar == bars - 1 ? kGap : 0);
    const qint64 most = std::max<qint64>(1, *std::max_element(counts_.begin(), counts_.end()));
    const double share = static_cast<double>(counts_[bar]) / static_cast<double>(most);
    // Few are not none.
    const double height = counts_[bar] == 0 ? 0 : std::max(2.0, share * area.height());
    return {left, area.bottom() - height, std::max(1.0, step - (step > 4 ? 1 : 0)), height};
}

void LengthHistogram::drawBars(QPainter& painter) const {
    const QColor kept = theme_.color(ColorRole::AccentText);
    const QColor beyond = theme_.color(ColorRole::Warning);
    const double limit = placeOf(value());
    for (int bar = 0; bar < counts_.size(); ++bar) {
        const QRectF whole = barRect(bar);
        if (whole.height() <= 0) continue;
        const double cut = std::clamp(limit, whole.left(), whole.right());
        QRectF left = whole;
        left.setRight(cut);
        QRectF right = whole;
        right.setLeft(cut);
        if (left.width() > 0) painter.fillRect(left, kept);
        if (right.width() > 0) painter.fillRect(right, beyond);
    }
    const QRectF area = plot();
    painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1),
                     theme_.color(ColorRole::BorderStrong));
}

void LengthHistogram::drawScale(QPainter& painter) const {
    const QFont font = theme_.font(TextStyle::Caption);
    const QFontMetrics metrics(font);
    painter.setFont(font);
    painter.setPen(theme_.color(ColorRole::TextSecondary));
    const auto bars = static_cast<int>(counts_.size());
    const int last = scaleEnd();
    const int wide = metrics.horizontalAdvance(locale().toString(last)) + space::kLarge;
    const int fit = std::max(kFewestTicks, static_cast<int>(plot().width()) / (2 * wide));
    const int every = std::max(1, (bars - 1 + fit - 1) / fit);
    const double y = plot().bottom() + 3;
    for (int bar = 0; bar < bars - 1; bar += every) {
        const int length = bar * width_;
        const double x = placeOf(length);
        // The last one would touch what stands under the bar of the longer ones.
        if (x + wide > plot().right() - wide) break;
        painter.drawText(QRectF(bar == 0 ? x : x - wide / 2.0, y, wide, metrics.height()),
                         bar == 0 ? Qt::AlignLeft : Qt::AlignHCenter, locale().toString(length));
    }
    const bool isMore = longest_ > last;
    painter.drawText(QRectF(plot().right() - 2 * wide, y, 2 * wide, metrics.height()),
                     Qt::AlignRight, isMore ? tr("over %L1").arg(last) : locale().toString(last));
}

bool LengthHistogram::isLimitBeyond() const {
    return counts_.size() > 1 && value() > longest_;
}

void LengthHistogram::drawGrip(QPainter& painter, double x) const {
    const QRectF area = plot();
    const QColor color = theme_.color(ColorRole::Text);
    painter.fillRect(QRectF(x - 1, area.top() - 4, 2, area.height() + 4), color);
    const QRectF grip(x - kGrip / 2.0, area.top() - kGrip, kGrip, kGrip);
    drawRounded(painter, grip, kGrip / 2.0, theme_.color(ColorRole::Surface), color);
    if (hasKeyboard_)
        drawFocusRing(painter, grip.adjusted(-3, -3, 3, 3), kGrip / 2.0 + 3,
                      theme_.color(ColorRole::AccentText));
}

// At the end of the scale, which has no place for the limit.
void LengthHistogram::drawArrow(QPainter& painter) const {
    const QRectF area = plot();
    const QRectF grip(area.right() - kGrip, area.top() - kGrip, kGrip, kGrip);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme_.color(ColorRole::Text));
    painter.drawPolygon(
        QPolygonF{{grip.topLeft(), QPointF(grip.right(), grip.center().y()), grip.bottomLeft()}});
    painter.setRenderHint(QPainter::Antialiasing, false);
    if (hasKeyboard_)
        drawFocusRing(painter, grip.adjusted(-3, -3, 3, 3), kGrip / 2.0 + 3,
                      theme_.color(ColorRole::AccentText));
}

void LengthHistogram::drawLimit(QPainter& painter) const {
    const QRectF area = plot();
    const double x = placeOf(value());
    if (isLimitBeyond()) {
        drawArrow(painter);
    } else {
        drawGrip(painter, x);
    }
    const QFont font = theme_.font(TextStyle::Caption);
    const QFontMetrics metrics(font);
    const QString& name = isLimitBeyond() ? beyondText_ : limitText_;
    if (name.isEmpty()) return;
    const QString text = name.arg(value());
    const double width = metrics.horizontalAdvance(text);
    const double left =
        std::clamp(x - width / 2, area.left(), std::max(area.left(), area.right() - width));
    painter.setFont(font);
    painter.setPen(theme_.color(ColorRole::Text));
    painter.drawText(QRectF(left, 0, width + 2, metrics.height()), Qt::AlignLeft, text);
}

void LengthHistogram::paintEvent(QPaintEvent*) {
    if (counts_.size() < 2) return;
    QPainter painter(this);
    drawBars(painter);
    drawScale(painter);
    drawLimit(painter);
}

void LengthHistogram::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || counts_.size() < 2) return;
    setSliderDown(true);
    setValue(lengthAt(event->position().x()));
}

void LengthHistogram::mouseMoveEvent(QMouseEvent* event) {
    if (isSliderDown()) setValue(lengthAt(event->position().x()));
}

void LengthHistogram::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) setSliderDown(false);
}

void LengthHistogram::wheelEvent(QWheelEvent* event) {
    event->ignore();
}

void LengthHistogram::focusInEvent(QFocusEvent* event) {
    hasKeyboard_ = isKeyboardFocus(event->reason());
    update();
}

void LengthHistogram::focusOutEvent(QFocusEvent*) {
    hasKeyboard_ = false;
    update();
}

void LengthHistogram::sliderChange(SliderChange change) {
    QAbstractSlider::sliderChange(change);
    update();
}

// What a bar holds, under the pointer.
bool LengthHistogram::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip || counts_.size() < 2)
        return QAbstractSlider::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    for (int bar = 0; bar < counts_.size(); ++bar) {
        const QRectF column = barRect(bar);
        if (help->pos().x() < column.left() || help->pos().x() > column.right()) continue;
        const int first = bar * width_ + 1;
        const QString count = locale().toString(counts_[bar]);
        QToolTip::showText(help->globalPos(),
                           bar == counts_.size() - 1
                               ? tr("over %L1: %2").arg(first - 1).arg(count)
                               : tr("%L1 to %L2: %3").arg(first).arg(first + width_ - 1).arg(count),
                           this);
        return true;
    }
    QToolTip::hideText();
    return true;
}

}  // namespace dsm
