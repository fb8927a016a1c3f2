#include "ui/widgets/card.h"

#include <QLabel>
#include <QPainter>

#include "ui/widgets/app_style.h"
#include "ui/widgets/paint.h"

namespace dsm {

Card::Card(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
    // At most its hint would be the height of a wider card; what is left over a stretch below takes.
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
}

void Card::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    drawRounded(painter, rect(), radius::kMedium + 2, theme_.color(ColorRole::Surface),
                theme_.color(ColorRole::Border));
}

void Card::paintLineOver(const QWidget* part) {
    QPainter painter(this);
    painter.fillRect(QRect(kPadding, part->y(), width() - 2 * kPadding, 1),
                     theme_.color(ColorRole::Border));
}

void Card::tone(QLabel* label, TextStyle style, ColorRole role) const {
    label->setFont(theme_.font(style));
    setTone(label, role);
}

}  // namespace dsm
