#include "ui/widgets/page_scroll.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QScrollBar>
#include <algorithm>

#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kWideMarginsFrom = 680;

int heightOf(const QWidget& page, int width) {
    const int least = std::max(page.minimumSizeHint().height(), page.minimumHeight());
    if (!page.hasHeightForWidth()) return least;
    // What is wider than its place scrolls sideways.
    const int laidOut = std::max(width, page.minimumSizeHint().width());
    return std::max(least, page.heightForWidth(laidOut));
}

}  // namespace

PageScroll::PageScroll(QWidget* parent) : QScrollArea(parent) {
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setAutoFillBackground(false);
}

bool PageScroll::event(QEvent* event) {
    if (event->type() == QEvent::LayoutRequest) decideBar();
    return QScrollArea::event(event);
}

bool PageScroll::eventFilter(QObject* watched, QEvent* event) {
    constexpr int kMostResizes = 3;
    if (watched != widget() || event->type() != QEvent::Resize)
        return QScrollArea::eventFilter(watched, event);
    if (resizes_ == kMostResizes) return false;
    ++resizes_;
    const bool isTaken = QScrollArea::eventFilter(watched, event);
    --resizes_;
    return isTaken;
}

void PageScroll::setColumn(QWidget* column, const Theme& theme) {
    theme_ = &theme;
    auto* body = new QWidget(this);
    margins_ = new QHBoxLayout(body);
    margins_->addStretch(1);
    margins_->addWidget(column, 1000);
    margins_->addStretch(1);
    setWidget(body);
    body->setAutoFillBackground(false);
}

void PageScroll::resizeEvent(QResizeEvent* event) {
    if (margins_ != nullptr) {
        const int side =
            width() >= theme_->scaled(kWideMarginsFrom) ? space::kHuge : space::kMedium;
        margins_->setContentsMargins(side, 0, side, 0);
    }
    decideBar();
    QScrollArea::resizeEvent(event);
}

void PageScroll::decideBar() {
    if (widget() == nullptr) return;
    QSize place = contentsRect().size();
    const bool isTooWide = horizontalScrollBarPolicy() != Qt::ScrollBarAlwaysOff &&
                           widget()->minimumSizeHint().width() > place.width();
    if (isTooWide) place.rheight() -= horizontalScrollBar()->sizeHint().height();
    const bool isNeeded = heightOf(*widget(), place.width()) > place.height();
    setVerticalScrollBarPolicy(isNeeded ? Qt::ScrollBarAlwaysOn : Qt::ScrollBarAlwaysOff);
}

}  // namespace dsm
