#include "finetune_ui/cards/fitting_button.h"

#include <QHelpEvent>
#include <QStyleOptionButton>
#include <QStylePainter>
#include <QToolTip>
#include <algorithm>

namespace dsm {

FittingButton::FittingButton(QWidget* parent) : FittingButton(QString(), parent) {}

FittingButton::FittingButton(const QString& text, QWidget* parent) : QPushButton(text, parent) {
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
}

int FittingButton::textWidth() const {
    return fontMetrics().size(Qt::TextShowMnemonic, text()).width();
}

// What stands around the text takes the same room at any width.
QSize FittingButton::minimumSizeHint() const {
    constexpr int kLeastLetters = 8;
    const QSize whole = QPushButton::minimumSizeHint();
    const int least = kLeastLetters * fontMetrics().averageCharWidth();
    return {whole.width() - std::max(0, textWidth() - least), whole.height()};
}

bool FittingButton::isCut() const {
    return width() < sizeHint().width();
}

void FittingButton::paintEvent(QPaintEvent* event) {
    if (!isCut()) return QPushButton::paintEvent(event);
    QStylePainter painter(this);
    QStyleOptionButton option;
    initStyleOption(&option);
    const int room = textWidth() - (sizeHint().width() - width());
    option.text = fontMetrics().elidedText(text(), Qt::ElideRight, room, Qt::TextShowMnemonic);
    painter.drawControl(QStyle::CE_PushButton, option);
}

bool FittingButton::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip || !isCut() || !toolTip().isEmpty())
        return QPushButton::event(event);
    QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), text(), this);
    return true;
}

}  // namespace dsm
