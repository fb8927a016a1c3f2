#include "ui/widgets/message/message_selection.h"

#include <QAbstractScrollArea>
#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QScrollArea>
#include <QScrollBar>
#include <QTimer>
#include <algorithm>
#include <climits>

#include "ui/widgets/message/markdown_parts.h"
#include "ui/widgets/message/markdown_writer.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/text_widget.h"

namespace dsm {
namespace {

constexpr int kScrollMilliseconds = 30;
constexpr int kLongestScroll = 60;

int distanceTo(const QWidget& widget, int globalY) {
    const int top = widget.mapToGlobal(QPoint()).y();
    return std::max({0, top - globalY, globalY - (top + widget.height())});
}

QString textOf(const MessageItem& item, bool asMarkdown) {
    const MessageContent& content = item.content();
    if (asMarkdown || content.isFromUser) return content.text;
    return plainTextOf(readMarkdown(content.text));
}

}  // namespace

MessageSelection::MessageSelection(QScrollArea& view, const std::vector<MessageItem*>& items)
    : QObject(&view), view_(view), items_(items), scrollTimer_(new QTimer(this)) {
    scrollTimer_->setInterval(kScrollMilliseconds);
    connect(scrollTimer_, &QTimer::timeout, this, &MessageSelection::scrollOn);
}

void MessageSelection::watch(MessageItem& item) {
    item.installEventFilter(this);
    for (QAbstractScrollArea* text : item.texts()) {
        text->installEventFilter(this);
        text->viewport()->installEventFilter(this);
    }
}

void MessageSelection::forget(size_t firstItem) {
    if (hasAnchor_ && std::max(anchor_.item, end_.item) >= firstItem) clear();
}

void MessageSelection::clear() {
    scrollTimer_->stop();
    hasAnchor_ = isAcross_ = false;
    for (MessageItem* item : items_) {
        item->setSelected(false);
        for (QAbstractScrollArea* text : item->texts())
            deselect(*text);
    }
}

void MessageSelection::selectAll() {
    if (items_.empty()) return;
    anchor_ = {};
    end_ = {items_.size() - 1, SIZE_MAX, INT_MAX};
    hasAnchor_ = isAcross_ = true;
    show();
}

bool MessageSelection::isEmpty() const {
    if (!hasAnchor_) return true;
    if (isAcross_) return anchor_ == end_;
    return anchor_.item >= items_.size() || !items_[anchor_.item]->hasSelection();
}

// Whole messages between the two ends, and what is selected of these.
void MessageSelection::show() {
    const auto [first, last] = std::minmax(anchor_.item, end_.item);
    const bool isAll = anchor_ == Place{} && end_.text == SIZE_MAX;
    for (size_t i = 0; i < items_.size(); ++i) {
        MessageItem* item = items_[i];
        item->setSelected(isAll || (i > first && i < last));
        if (!item->isSelected()) showIn(i);
    }
}

void MessageSelection::showIn(size_t index) {
    const Place begin = std::min(anchor_, end_);
    const Place end = std::max(anchor_, end_);
    const std::vector<QAbstractScrollArea*> texts = items_[index]->texts();
    for (size_t i = 0; i < texts.size(); ++i) {
        const Place whole{index, i, 0};
        const Place behind{index, i, lengthOf(*texts[i])};
        const Place from = std::max(begin, whole);
        const Place to = std::min(end, behind);
        if (from < to) {
            // The caret stands where the pointer is.
            const bool isForward = anchor_ <= end_;
            select(*texts[i], isForward ? from.position : to.position,
                   isForward ? to.position : from.position);
        } else {
            deselect(*texts[i]);
        }
    }
}

MessageSelection::Place MessageSelection::placeIn(const QAbstractScrollArea& text,
                                                  QPoint global) const {
    for (size_t i = 0; i < items_.size(); ++i) {
        if (!items_[i]->isAncestorOf(&text)) continue;
        const auto texts = items_[i]->texts();
        const auto found = std::find(texts.begin(), texts.end(), &text);
        return {i, static_cast<size_t>(found - texts.begin()), positionAt(text, global)};
    }
    return {};
}

// In the text nearest to the point, of those on the screen.
MessageSelection::Place MessageSelection::placeAt(QPoint global) const {
    Place best = end_;
    int distance = INT_MAX;
    for (size_t i = 0; i < items_.size(); ++i) {
        const MessageItem* item = items_[i];
        if (!item->isVisible() || distanceTo(*item, global.y()) > distance) continue;
        const auto texts = item->texts();
        for (size_t text = 0; text < texts.size(); ++text) {
            const int away = distanceTo(*texts[text], global.y());
            if (away >= distance) continue;
            distance = away;
            best = {i, text, positionAt(*texts[text], global)};
        }
    }
    return best;
}

bool MessageSelection::press(QAbstractScrollArea& text, const QMouseEvent& event) {
    if (event.button() != Qt::LeftButton) return false;
    const QPoint global = event.globalPosition().toPoint();
    const Place place = placeIn(text, global);
    const bool extends = (event.modifiers() & Qt::ShiftModifier) != 0 && hasAnchor_;
    const bool isElsewhere = place.item != anchor_.item || place.text != anchor_.text;
    if (extends && (isAcross_ || isElsewhere)) {
        isAcross_ = true;
        end_ = place;
        show();
        return true;
    }
    if (extends) return false;
    clear();
    anchor_ = end_ = place;
    hasAnchor_ = true;
    return false;
}

bool MessageSelection::drag(QAbstractScrollArea& text, const QMouseEvent& event) {
    if ((event.buttons() & Qt::LeftButton) == 0 || !hasAnchor_) return false;
    const QPoint global = event.globalPosition().toPoint();
    const bool isInside = text.viewport()->rect().contains(text.viewport()->mapFromGlobal(global));
    if (!isAcross_ && isInside) return false;
    extendTo(global);
    const int y = view_.viewport()->mapFromGlobal(global).y();
    const bool isBeyond = y < 0 || y >= view_.viewport()->height();
    if (isBeyond && !scrollTimer_->isActive()) scrollTimer_->start();
    if (!isBeyond) scrollTimer_->stop();
    return isAcross_;
}

void MessageSelection::extendTo(QPoint global) {
    lastGlobal_ = global;
    end_ = placeAt(global);
    isAcross_ = isAcross_ || end_.item != anchor_.item || end_.text != anchor_.text;
    if (isAcross_) show();
}

// While the pointer is held beyond the edge of the view, faster the further away it is.
void MessageSelection::scrollOn() {
    const QWidget* viewport = view_.viewport();
    const int y = viewport->mapFromGlobal(lastGlobal_).y();
    const int beyond = y < 0 ? y : std::max(0, y - viewport->height());
    QScrollBar* bar = view_.verticalScrollBar();
    bar->setValue(bar->value() + std::clamp(beyond, -kLongestScroll, kLongestScroll));
    const QRect seen(viewport->mapToGlobal(QPoint()), viewport->size());
    extendTo({lastGlobal_.x(), std::clamp(lastGlobal_.y(), seen.top(), seen.bottom())});
    lastGlobal_.setY(viewport->mapToGlobal(QPoint(0, y)).y());
}

QString MessageSelection::text(bool asMarkdown) const {
    if (isEmpty()) return {};
    const size_t count = items_.size();
    const size_t first = std::min(anchor_.item, end_.item);
    const size_t last = std::min(isAcross_ ? std::max(anchor_.item, end_.item) : first, count - 1);
    QStringList texts;
    for (size_t i = first; i <= last; ++i) {
        const MessageItem* item = items_[i];
        QString text;
        if (item->isSelected()) {
            text = textOf(*item, asMarkdown);
        } else {
            const MarkdownParts parts = item->selectedParts();
            text =
                asMarkdown && !item->content().isFromUser ? markdownOf(parts) : plainTextOf(parts);
        }
        if (text.isEmpty()) continue;
        // Of several it is said who speaks.
        if (first != last) {
            const QString who = item->speaker();
            text = (asMarkdown ? QStringLiteral("**%1:**\n\n%2") : QStringLiteral("%1:\n%2"))
                       .arg(who, text);
        }
        texts.append(text);
    }
    return texts.join(QStringLiteral("\n\n"));
}

void MessageSelection::copy(bool asMarkdown) const {
    const QString copied = text(asMarkdown);
    if (!copied.isEmpty()) QGuiApplication::clipboard()->setText(copied);
}

bool MessageSelection::takeKey(QEvent& event) {
    const auto& key = static_cast<QKeyEvent&>(event);
    if (key.matches(QKeySequence::SelectAll)) {
        selectAll();
        return true;
    }
    if (key.matches(QKeySequence::Copy) && !isEmpty()) {
        copy(false);
        return true;
    }
    return false;
}

void MessageSelection::showMenu(QPoint global) {
    // Not waited for: a reply that grows meanwhile may take the text away, and the menu with it.
    auto* menu = new QMenu(&view_);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction* copyText = menu->addAction(tr("Copy"), this, [this] { copy(false); });
    QAction* copyMarkdown = menu->addAction(tr("Copy as Markdown"), this, [this] { copy(true); });
    for (QAction* action : {copyText, copyMarkdown})
        action->setEnabled(!isEmpty());
    menu->addAction(tr("Select all"), this, &MessageSelection::selectAll);
    menu->popup(global);
}

bool MessageSelection::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress) return takeKey(*event);
    auto* text = qobject_cast<QAbstractScrollArea*>(watched->parent());
    if (text == nullptr || text->viewport() != watched) return false;
    switch (event->type()) {
        case QEvent::MouseButtonPress:
            return press(*text, *static_cast<QMouseEvent*>(event));
        case QEvent::MouseMove:
            return drag(*text, *static_cast<QMouseEvent*>(event));
        case QEvent::MouseButtonRelease:
            scrollTimer_->stop();
            return false;
        case QEvent::ContextMenu:
            showMenu(static_cast<QContextMenuEvent*>(event)->globalPos());
            return true;
        default:
            return false;
    }
}

}  // namespace dsm
