#include "ui/widgets/label.h"

#include <QHelpEvent>
#include <QPainter>
#include <QStyle>
#include <QToolTip>

namespace dsm {
namespace {

constexpr int kLeastLetters = 6;

}  // namespace

Label::Label(QWidget* parent) : QLabel(parent) {
    setTextFormat(Qt::PlainText);
}

Label::Label(const QString& text, QWidget* parent) : Label(parent) {
    setText(text);
}

void Label::setElided(Qt::TextElideMode mode) {
    mode_ = mode;
    updateGeometry();
}

QSize Label::minimumSizeHint() const {
    const QSize whole = QLabel::minimumSizeHint();
    if (mode_ == Qt::ElideNone) return whole;
    const int least = kLeastLetters * fontMetrics().averageCharWidth();
    return {std::min(whole.width(), least), whole.height()};
}

bool Label::isCut() const {
    return mode_ != Qt::ElideNone &&
           fontMetrics().horizontalAdvance(text()) > contentsRect().width();
}

void Label::paintEvent(QPaintEvent* event) {
    if (!isCut()) return QLabel::paintEvent(event);
    QPainter painter(this);
    const QRect rect = contentsRect();
    style()->drawItemText(&painter, rect, static_cast<int>(alignment()), palette(), isEnabled(),
                          fontMetrics().elidedText(text(), mode_, rect.width()), foregroundRole());
}

bool Label::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip || !isCut() || !toolTip().isEmpty())
        return QLabel::event(event);
    QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), text(), this);
    return true;
}

}  // namespace dsm
