#include "finetune_ui/cards/button_row.h"

#include <QBoxLayout>
#include <QEvent>
#include <algorithm>

#include "ui/widgets/theme.h"

namespace dsm {

ButtonRow::ButtonRow(const QList<QWidget*>& buttons, QWidget* parent)
    : QWidget(parent), buttons_(buttons), layout_(new QBoxLayout(QBoxLayout::LeftToRight, this)) {
    layout_->setContentsMargins(0, 0, 0, 0);
    layout_->setSpacing(space::kSmall);
    for (QWidget* button : buttons_)
        layout_->addWidget(button, 0, Qt::AlignLeft);
    layout_->addStretch(1);
}

// Of the widest button: the others can stand below it.
QSize ButtonRow::minimumSizeHint() const {
    int width = 0;
    for (const QWidget* button : buttons_) {
        if (!button->isHidden()) width = std::max(width, button->sizeHint().width());
    }
    return {width, QWidget::minimumSizeHint().height()};
}

void ButtonRow::arrange() {
    int wanted = 0;
    for (const QWidget* button : buttons_) {
        if (!button->isHidden()) wanted += button->sizeHint().width() + space::kSmall;
    }
    const bool isRow = wanted - space::kSmall <= width();
    layout_->setDirection(isRow ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
}

// A button came, went or got another text.
bool ButtonRow::event(QEvent* event) {
    if (event->type() == QEvent::LayoutRequest) arrange();
    return QWidget::event(event);
}

void ButtonRow::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

}  // namespace dsm
