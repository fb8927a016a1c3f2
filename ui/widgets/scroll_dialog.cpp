#include "ui/widgets/scroll_dialog.h"

#include <QHBoxLayout>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

#include "ui/widgets/page_scroll.h"
#include "ui/widgets/screen_fit.h"
#include "ui/widgets/theme.h"

namespace dsm {

ScrollDialog::ScrollDialog(QWidget* parent) : QDialog(parent), scroll_(new PageScroll(this)) {}

void ScrollDialog::setContent(QWidget* content, QHBoxLayout* buttons) {
    scroll_->setWidget(content);
    content->setAutoFillBackground(false);
    buttons->setContentsMargins(space::kHuge, 0, space::kHuge, space::kLarge + 4);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::kMedium);
    column->addWidget(scroll_, 1);
    column->addLayout(buttons);
}

void ScrollDialog::showEvent(QShowEvent* event) {
    QDialog::showEvent(event);
    if (std::exchange(wasShown_, true)) return;
    const QSize content =
        scroll_->widget()->sizeHint().expandedTo(scroll_->widget()->minimumSize());
    // The bar beside the content is no reason for another one below it.
    const QSize wanted(
        content.width() + scroll_->verticalScrollBar()->sizeHint().width(),
        content.height() + layout()->spacing() + layout()->itemAt(1)->sizeHint().height());
    resize(fitToScreen(wanted, this));
    placeOnScreen(this);  // it was placed with another size
}

}  // namespace dsm
