#include "ui/widgets/drop_mark.h"

#include <QPainter>

#include "ui/widgets/paint.h"
#include "ui/widgets/theme.h"

namespace dsm {

DropMark::DropMark(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
    hide();
}

void DropMark::cover(const QRect& part) {
    setGeometry(part);
    show();
    raise();
}

void DropMark::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    QColor veil = theme_.color(ColorRole::AccentSurface);
    veil.setAlphaF(0.6F);
    drawRounded(painter, rect(), radius::kMedium, veil);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme_.color(ColorRole::AccentText), 2, Qt::DashLine));
    painter.drawRoundedRect(QRectF(rect()).adjusted(2, 2, -2, -2), radius::kMedium,
                            radius::kMedium);
}

}  // namespace dsm
