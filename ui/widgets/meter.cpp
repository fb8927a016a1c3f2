#include "ui/widgets/meter.h"

#include <QPainter>
#include <algorithm>

#include "ui/widgets/paint.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr double kNearlyFull = 0.85;

}  // namespace

Meter::Meter(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
    setFixedSize(sizeHint());
    connect(&theme, &Theme::changed, this, [this] {
        setFixedSize(sizeHint());
        update();
    });
}

QSize Meter::sizeHint() const {
    return {theme_.scaled(56), theme_.scaled(6)};
}

void Meter::setShare(double share) {
    share_ = std::clamp(share, 0.0, 1.0);
    update();
}

void Meter::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const double corner = height() / 2.0;
    drawRounded(painter, rect(), corner, theme_.color(ColorRole::SurfaceActive));
    if (share_ <= 0) return;
    // At least a dot: little is not nothing.
    const double filled = std::max<double>(height(), width() * share_);
    const ColorRole role = share_ > kNearlyFull ? ColorRole::Warning : ColorRole::AccentText;
    const double left = isRightToLeft() ? width() - filled : 0;
    drawRounded(painter, QRectF(left, 0, filled, height()), corner, theme_.color(role));
}

}  // namespace dsm
