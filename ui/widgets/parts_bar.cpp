#include "ui/widgets/parts_bar.h"

#include <QFontMetrics>
#include <QPainter>
#include <QPainterPath>
#include <QStringList>
#include <algorithm>
#include <array>
#include <cmath>

#include "ui/widgets/paint.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kBar = 14;
constexpr int kSquare = 9;
constexpr int kWordGap = 16;  // between words

// Few colours can be told apart by everybody: the parts beyond them are striped.
constexpr std::array kPartColors{ColorRole::Series1, ColorRole::Series2, ColorRole::Series3,
                                 ColorRole::Series4, ColorRole::Series5, ColorRole::Series6};
constexpr double kStripe = 2;
constexpr double kFromStripeToStripe = 8;

void drawStripes(QPainter& painter, const QRectF& rect, double step) {
    const double high = rect.height();
    for (double x = std::floor((rect.left() - high) / step) * step; x < rect.right(); x += step)
        painter.drawLine(QPointF(x, rect.top()), QPointF(x + high, rect.bottom()));
}

}  // namespace

PartsBar::PartsBar(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(&theme, &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void PartsBar::setParts(const QList<Part>& parts, double all, double available) {
    parts_ = parts;
    all_ = all;
    available_ = available;
    QStringList words;
    for (const Part& part : parts)
        words.append(part.text);
    setAccessibleDescription(words.join(QStringLiteral(", ")));
    updateGeometry();
    update();
}

int PartsBar::barHeight() const {
    return theme_.scaled(kBar);
}

void PartsBar::fillPart(QPainter& painter, const QRectF& rect, qsizetype part) const {
    const auto index = static_cast<std::size_t>(part);
    painter.fillRect(rect, theme_.color(kPartColors[index % kPartColors.size()]));
    if (index < kPartColors.size()) return;
    const double scale = theme_.textScale();
    painter.save();
    painter.setClipRect(rect, Qt::IntersectClip);
    painter.setPen(QPen(theme_.color(ColorRole::Surface), kStripe * scale));
    drawStripes(painter, rect, kFromStripeToStripe * scale);
    painter.restore();
}

QList<QRect> PartsBar::wordPlaces(int width) const {
    const QFontMetrics metrics(theme_.font(TextStyle::Caption));
    const int line = theme_.lineHeight(TextStyle::Caption);
    QList<QRect> places;
    int x = 0;
    int y = barHeight() + space::kSmall;
    for (const Part& part : parts_) {
        const int wide =
            theme_.scaled(kSquare) + space::kTiny + 2 + metrics.horizontalAdvance(part.text) + 1;
        if (x > 0 && x + wide > width) {
            x = 0;
            y += line;
        }
        places.append(QRect(x, y, wide, line));
        x += wide + theme_.scaled(kWordGap);
    }
    return places;
}

int PartsBar::heightForWidth(int width) const {
    const QList<QRect> places = wordPlaces(width);
    return places.isEmpty() ? barHeight() : places.last().bottom() + 1;
}

QSize PartsBar::sizeHint() const {
    constexpr int kUsualWidth = 420;
    return {kUsualWidth, heightForWidth(std::max(width(), kUsualWidth))};
}

void PartsBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF bar(0, 0, width(), barHeight());
    double sum = 0;
    for (const Part& part : parts_)
        sum += part.amount;
    const double whole = all_ > 0 ? all_ : sum;
    drawRounded(painter, bar, bar.height() / 2, theme_.color(ColorRole::SurfaceActive));
    if (whole > 0) {
        painter.save();
        QPainterPath shape;
        shape.addRoundedRect(bar, bar.height() / 2, bar.height() / 2);
        painter.setClipPath(shape);
        double x = 0;
        for (qsizetype i = 0; i < parts_.size(); ++i) {
            const double wide = parts_[i].amount / whole * bar.width();
            // A gap, where there is room for it: neighbours are told apart by their edge, too.
            const double gap = wide > 3 && i + 1 < parts_.size() ? 1 : 0;
            fillPart(painter, QRectF(x, 0, wide - gap, bar.height()), i);
            x += wide;
        }
        painter.restore();
        if (available_ > 0 && available_ < whole) {
            const double mark = available_ / whole * bar.width();
            painter.fillRect(QRectF(mark - 1, 0, 2, bar.height()), theme_.color(ColorRole::Text));
        }
    }
    painter.setFont(theme_.font(TextStyle::Caption));
    const QList<QRect> places = wordPlaces(width());
    const int square = theme_.scaled(kSquare);
    for (qsizetype i = 0; i < parts_.size(); ++i) {
        const QRect& place = places[i];
        fillPart(painter, QRectF(place.x(), place.center().y() - square / 2, square, square), i);
        painter.setPen(theme_.color(ColorRole::TextSecondary));
        painter.drawText(place.adjusted(square + space::kTiny + 2, 0, 0, 0),
                         Qt::AlignLeft | Qt::AlignVCenter, parts_[i].text);
    }
}

}  // namespace dsm
