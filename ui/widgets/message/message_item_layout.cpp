#include <QLabel>
#include <QPainter>
#include <QStyle>
#include <algorithm>
#include <utility>

#include "ui/widgets/message/context_mark.h"
#include "ui/widgets/message/markdown_view.h"
#include "ui/widgets/message/message_actions.h"
#include "ui/widgets/message/message_editor.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/text_block.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kAuthorHeight = 24;
constexpr int kLogo = 20;
constexpr int kBubblePadding = 8;
constexpr int kBubbleSide = 16;
constexpr int kDotsHeight = 24;
constexpr double kBubbleShare = 0.8;
// Of text whose layout is not known yet.
constexpr int kGuessedLine = 28;
constexpr int kGuessedColumn = 8;
constexpr int kGuessedMark = 60;

}  // namespace

int MessageItem::heightAt(int width) const {
    if (measuredWidth_ == width) return measuredHeight_;
    const double text = content_.isFromUser ? width * kBubbleShare - 2 * kBubbleSide : width;
    const double wrapped = columns_ * kGuessedColumn / std::max(text, 100.0);
    const int around =
        content_.isFromUser ? 2 * kBubblePadding : theme_.scaled(kAuthorHeight) + space::kSmall;
    // Each line of the text is half full where it ends.
    return around +
           static_cast<int>(std::max<double>(lines_, wrapped + lines_ / 2.0)) * kGuessedLine +
           MessageActions::heightIn(theme_) +
           (content_.above.kind == MessageMark::Kind::None ? 0 : kGuessedMark);
}

int MessageItem::layoutFor(int width) {
    realize();
    if (isLaidOutAt(width)) return measuredHeight_;
    const int top = placeAbove(width);
    measuredHeight_ = content_.isFromUser ? layoutUser(top, width) : layoutReply(top, width);
    measuredWidth_ = width;
    isStale_ = false;
    return measuredHeight_;
}

QWidget* MessageItem::textOfUser() const {
    return bubble_ != nullptr ? static_cast<QWidget*>(bubble_) : markdown_;
}

// What is seen of the conversation and not read of it stands above the message it begins with.
void MessageItem::updateAbove() {
    if (!isRealized()) return;
    if (content_.above.kind == MessageMark::Kind::None) {
        delete std::exchange(above_, nullptr);
        return;
    }
    if (above_ == nullptr) {
        above_ = new ContextMark(theme_, this);
        connect(above_, &ContextMark::heightChanged, this, [this] {
            isStale_ = true;
            Q_EMIT heightChanged();
        });
        connect(above_, &ContextMark::textAccepted, this,
                [this](const QString& text) { Q_EMIT summaryChanged(content_.above.id, text); });
        above_->show();
    }
    above_->setContent(content_.above);
    above_->setBusy(isBusy_);
}

int MessageItem::placeAbove(int width) {
    if (above_ == nullptr) return 0;
    const int height = above_->heightFor(width);
    above_->setGeometry(0, 0, width, height);
    return height + space::kLarge;
}

int MessageItem::layoutUser(int top, int width) {
    if (editor_ != nullptr) {
        const int height = editor_->heightFor(width);
        editor_->setGeometry(0, top, width, height);
        bubbleRect_ = {};
        return top + height + MessageActions::heightIn(theme_);
    }
    const int maximum = static_cast<int>(width * kBubbleShare) - 2 * kBubbleSide;
    const int textWidth = bubble_ != nullptr ? bubble_->naturalWidth(maximum) : maximum;
    const int textHeight =
        bubble_ != nullptr ? bubble_->heightFor(textWidth) : markdown_->heightFor(textWidth);
    const int bubbleWidth = textWidth + 2 * kBubbleSide;
    bubbleRect_ = inReadingOrder(
        QRect(width - bubbleWidth, top, bubbleWidth, textHeight + 2 * kBubblePadding), width);
    textOfUser()->setGeometry(
        bubbleRect_.adjusted(kBubbleSide, kBubblePadding, -kBubbleSide, -kBubblePadding));
    top = placeNote(bubbleRect_.bottom() + 1, width) + 2;
    const int actions = MessageActions::heightIn(theme_);
    actions_->setGeometry(0, top, width, actions);
    return top + actions;
}

int MessageItem::layoutReply(int top, int width) {
    const int nameLeft = theme_.scaled(kLogo) + space::kSmall;
    const int nameHeight = theme_.scaled(kAuthorHeight);
    author_->setGeometry(inReadingOrder(QRect(nameLeft, top, width - nameLeft, nameHeight), width));
    top += nameHeight + space::kSmall;
    const int textHeight = markdown_->heightFor(width);
    markdown_->setGeometry(0, top, width, textHeight);
    top += textHeight;
    if (content_.state == MessageContent::State::Waiting) top += kDotsHeight;
    top = placeNote(top, width) + space::kTiny;
    // The icons, not their buttons, stand in line with the text.
    const int actions = MessageActions::heightIn(theme_);
    actions_->setGeometry(inReadingOrder(QRect(-6, top, width + 6, actions), width));
    return top + actions;
}

QRect MessageItem::inReadingOrder(const QRect& rect, int width) const {
    return QStyle::visualRect(layoutDirection(), QRect(0, 0, width, 1), rect);
}

int MessageItem::placeNote(int top, int width) {
    if (content_.note.isEmpty()) return top;
    const int height = note_->heightForWidth(width);
    note_->setGeometry(0, top + space::kSmall, width, height);
    return top + space::kSmall + height;
}

void MessageItem::paintEvent(QPaintEvent*) {
    if (!isRealized()) return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (!bubbleRect_.isEmpty()) {
        drawRounded(painter, bubbleRect_, radius::kLarge, theme_.color(ColorRole::Bubble));
    }
    if (author_ != nullptr) {
        const int side = theme_.scaled(kLogo);
        const QRect logo = inReadingOrder(
            QRect(0, author_->y() + (author_->height() - side) / 2, side, side), width());
        theme_.icon(IconName::Logo).paint(&painter, logo);
    }
    if (content_.state == MessageContent::State::Waiting && markdown_ != nullptr) {
        const double y = markdown_->geometry().bottom() + 1 + kDotsHeight / 2.0;
        painter.setPen(Qt::NoPen);
        for (int dot = 0; dot < 3; ++dot) {
            QColor color = theme_.color(ColorRole::TextTertiary);
            if (dot != pulseStep_ % 3) color.setAlphaF(0.35F);
            painter.setBrush(color);
            const int x = 5 + dot * 12;
            painter.drawEllipse(QPointF(isRightToLeft() ? width() - x : x, y), 3.5, 3.5);
        }
    }
    if (hasKeyboard_) {
        const QRect ring =
            bubbleRect_.isEmpty() ? QRect(-4, 0, width() + 4, height()) : bubbleRect_;
        const int corner = bubbleRect_.isEmpty() ? radius::kMedium : radius::kLarge;
        drawFocusRing(painter, ring, corner, theme_.color(ColorRole::AccentText));
    }
}

}  // namespace dsm
