#include "ui/widgets/card.h"

#include <QLabel>
#include <QPainter>

#include "ui/widgets/app_style.h"
#include "ui/widgets/paint.h"

namespace dsm {
namespace {

constexpr int kIconSide = 36;
constexpr QSize kIconSize{20, 20};

}  // namespace

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

void Card::showIcon(QLabel* label, IconName icon) const {
    label->setFixedSize(kIconSide, kIconSide);
    label->setAlignment(Qt::AlignCenter);
    label->setProperty("kind", QStringLiteral("icon"));
    label->setPixmap(
        theme_.icon(icon, ColorRole::AccentText).pixmap(kIconSize, devicePixelRatioF()));
}

}  // namespace dsm
