#include "finetune_ui/cards/folding_row.h"

#include <QBoxLayout>
#include <QEvent>
#include <algorithm>

namespace dsm {

FoldingRow::FoldingRow(QWidget* first, QWidget* second, QWidget* parent, int spacing,
                       int secondShare)
    : QWidget(parent),
      first_(first),
      second_(second),
      layout_(new QBoxLayout(QBoxLayout::LeftToRight, this)) {
    layout_->setContentsMargins(0, 0, 0, 0);
    layout_->setSpacing(spacing);
    layout_->addWidget(first, 1);
    layout_->addWidget(second, secondShare, Qt::AlignVCenter);
}

QSize FoldingRow::minimumSizeHint() const {
    const QMargins around = contentsMargins();
    const int least =
        std::max(first_->minimumSizeHint().width(), second_->minimumSizeHint().width());
    return {least + around.left() + around.right(), QWidget::minimumSizeHint().height()};
}

void FoldingRow::arrange() {
    const int wanted =
        first_->sizeHint().width() + layout_->spacing() + second_->sizeHint().width();
    const auto direction =
        wanted <= contentsRect().width() ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom;
    if (direction != layout_->direction()) layout_->setDirection(direction);
}

// A part came, went or has another text.
bool FoldingRow::event(QEvent* event) {
    if (event->type() == QEvent::LayoutRequest) arrange();
    return QWidget::event(event);
}

void FoldingRow::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

}  // namespace dsm
