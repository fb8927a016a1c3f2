#include "ui/widgets/message/message_view.h"

#include <QKeyEvent>
#include <QScrollBar>
#include <QTimer>
#include <algorithm>

#include "ui/widgets/icon_button.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_selection.h"
#include "ui/widgets/theme.h"

namespace dsm {

MessageView::MessageView(const Theme& theme, QWidget* parent)
    : QScrollArea(parent),
      theme_(theme),
      column_(new QWidget),
      bottomButton_(
          new IconButton(theme, IconName::ArrowDown, 36, IconButton::Look::Outlined, this)),
      selection_(new MessageSelection(*this, items_)),
      flushTimer_(new QTimer(this)),
      layoutTimer_(new QTimer(this)) {
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    setWidget(column_);
    column_->setAutoFillBackground(false);
    verticalScrollBar()->setSingleStep(28);
    flushTimer_->setSingleShot(true);
    flushTimer_->setInterval(kFlushMilliseconds);
    layoutTimer_->setSingleShot(true);
    layoutTimer_->setInterval(0);
    bottomButton_->hide();
    connect(flushTimer_, &QTimer::timeout, this, &MessageView::flush);
    connect(layoutTimer_, &QTimer::timeout, this, &MessageView::layoutItems);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &MessageView::takeScroll);
    connect(bottomButton_, &IconButton::clicked, this, &MessageView::scrollToBottom);
    connect(&theme, &Theme::changed, this, &MessageView::applyTheme);
    onLanguageChange(this, [this] {
        retranslate();
        scheduleLayout(0);
    });
    applyTheme();
    retranslate();
}

MessageItem* MessageView::makeItem(const MessageContent& message) {
    auto* item = new MessageItem(theme_, message, column_);
    const size_t index = items_.size();  // messages join and leave at the end only
    connect(item, &MessageItem::heightChanged, this, [this, index] { takeHeight(index); });
    connect(item, &MessageItem::editAccepted, this, &MessageView::editAccepted);
    connect(item, &MessageItem::regenerateRequested, this, &MessageView::regenerateRequested);
    connect(item, &MessageItem::continueRequested, this, &MessageView::continueRequested);
    connect(item, &MessageItem::siblingRequested, this, &MessageView::siblingRequested);
    connect(item, &MessageItem::ratingRequested, this, &MessageView::ratingRequested);
    connect(item, &MessageItem::forkRequested, this, &MessageView::forkRequested);
    connect(item, &MessageItem::filesRequested, this, &MessageView::filesRequested);
    connect(item, &MessageItem::summaryChanged, this, &MessageView::summaryChanged);
    connect(item, &MessageItem::linkActivated, this, &MessageView::linkActivated);
    connect(item, &MessageItem::saveRequested, this, &MessageView::saveRequested);
    item->setBusy(isBusy_);
    item->hide();
    return item;
}

void MessageView::setMessages(const std::vector<MessageContent>& messages) {
    pendingText_.clear();
    flushTimer_->stop();
    // What stays the same at the front stays: another branch shares its beginning.
    size_t same = 0;
    while (same < items_.size() && same < messages.size() &&
           items_[same]->content().id == messages[same].id) {
        items_[same]->setContent(messages[same]);
        ++same;
    }
    for (size_t i = same; i < items_.size(); ++i) {
        if (items_[i] == last_) last_ = nullptr;
        if (items_[i] == marked_) marked_ = nullptr;
        items_[i]->disconnect(this);
        items_[i]->hide();
        items_[i]->deleteLater();  // its own button may be what brought us here
    }
    if (same < items_.size()) selection_->forget(same);
    items_.resize(same);
    std::erase_if(realized_, [same](size_t index) { return index >= same; });
    for (size_t i = same; i < messages.size(); ++i)
        items_.push_back(makeItem(messages[i]));
    markLast();
    isFollowing_ = true;
    firstMoved_ = 0;
    layoutItems();
}

void MessageView::addMessage(const MessageContent& message) {
    flush();
    items_.push_back(makeItem(message));
    markLast();
    isFollowing_ = true;
    scheduleLayout(items_.size() - 1);
}

void MessageView::updateMessage(const MessageContent& message) {
    if (pendingId_ == message.id) pendingText_.clear();
    if (MessageItem* found = item(message.id)) found->setContent(message);
}

void MessageView::appendText(qint64 id, const QString& delta) {
    if (id != pendingId_) flush();
    pendingId_ = id;
    pendingText_ += delta;
    if (!flushTimer_->isActive()) flushTimer_->start();
}

void MessageView::flush() {
    if (pendingText_.isEmpty()) return;
    const QString text = std::exchange(pendingText_, {});
    if (MessageItem* found = item(pendingId_)) found->appendText(text);
}

void MessageView::setBusy(bool isBusy) {
    if (isBusy == isBusy_) return;
    isBusy_ = isBusy;
    for (MessageItem* item : items_)
        item->setBusy(isBusy);
}

std::ptrdiff_t MessageView::indexOf(qint64 id) const {
    // From the end, where the message is that grows.
    const auto found = std::find_if(items_.rbegin(), items_.rend(), [id](const MessageItem* item) {
        return item->content().id == id;
    });
    return items_.rend() - found - 1;
}

MessageItem* MessageView::item(qint64 id) const {
    const std::ptrdiff_t index = indexOf(id);
    return index < 0 ? nullptr : items_[static_cast<size_t>(index)];
}

void MessageView::markLast() {
    MessageItem* last = items_.empty() ? nullptr : items_.back();
    setFocusPolicy(last == nullptr ? Qt::StrongFocus : Qt::ClickFocus);
    if (last == last_) return;
    if (last_ != nullptr) last_->setLast(false);
    if (last != nullptr) last->setLast(true);
    last_ = last;
}

void MessageView::takeScroll(int value) {
    if (isLayingOut_) return;
    isFollowing_ = verticalScrollBar()->maximum() - value <= kFollowDistance;
    // What comes near is laid out; the reader stays where the wheel has led.
    const bool follows = std::exchange(isFollowing_, false);
    layoutItems();
    isFollowing_ = follows;
}

void MessageView::placeBottomButton() {
    const QScrollBar* bar = verticalScrollBar();
    const bool isAway = bar->maximum() - bar->value() > kFollowDistance;
    bottomButton_->setVisible(isAway);
    bottomButton_->move((viewport()->width() - bottomButton_->width()) / 2,
                        viewport()->height() - bottomButton_->height() - space::kMedium);
    bottomButton_->raise();
}

void MessageView::scrollToBottom() {
    isFollowing_ = true;
    layoutItems();
}

void MessageView::scrollTo(qint64 id, const QStringList& words) {
    const std::ptrdiff_t found = indexOf(id);
    if (found < 0) return;
    const auto index = static_cast<size_t>(found);
    showMarks(items_[index], words);
    isFollowing_ = false;
    layoutAround({index, space::kHuge});
    const QRect mark = items_[index]->firstMark();
    const int room = viewport()->height();
    if (mark.bottom() + space::kHuge > room * 2 / 3) {
        layoutAround({index, room / 3 - mark.top()});
    }
    takeScroll(verticalScrollBar()->value());
}

void MessageView::showMarks(MessageItem* item, const QStringList& words) {
    if (marked_ != nullptr) marked_->mark({});
    marked_ = item;
    if (marked_ != nullptr) marked_->mark(words);
}

void MessageView::resizeEvent(QResizeEvent* event) {
    QScrollArea::resizeEvent(event);
    layoutItems();
}

void MessageView::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Up) {
        moveFocus(-1);
    } else if (event->key() == Qt::Key_Down) {
        moveFocus(1);
    } else if (event->matches(QKeySequence::MoveToStartOfDocument) ||
               event->key() == Qt::Key_Home) {
        verticalScrollBar()->setValue(0);
    } else if (event->key() == Qt::Key_End) {
        scrollToBottom();
    } else if (event->matches(QKeySequence::SelectAll)) {
        selection_->selectAll();
    } else if (event->matches(QKeySequence::Copy)) {
        selection_->copy(false);
    } else {
        QScrollArea::keyPressEvent(event);
    }
}

void MessageView::moveFocus(int step) {
    const auto current = std::find_if(items_.begin(), items_.end(),
                                      [](const MessageItem* item) { return item->hasFocus(); });
    if (current == items_.end()) return;
    const auto index =
        std::clamp<std::ptrdiff_t>(current - items_.begin() + step, 0, std::ssize(items_) - 1);
    showItem(static_cast<size_t>(index));
    items_[static_cast<size_t>(index)]->setFocus(Qt::TabFocusReason);
}

void MessageView::showItem(size_t index) {
    const int value = verticalScrollBar()->value();
    const int room = viewport()->height();
    const int height = items_[index]->heightAt(itemWidth_);
    const int top = tops_[index] - value;
    isFollowing_ = false;
    if (top < space::kHuge) {
        layoutAround({index, space::kHuge});
    } else if (top + height + space::kHuge > room) {
        layoutAround({index, std::max(space::kHuge, room - space::kHuge - height)});
    }
    takeScroll(verticalScrollBar()->value());
}

void MessageView::applyTheme() {
    QPalette colors = viewport()->palette();
    colors.setColor(QPalette::Window, theme_.color(ColorRole::Window));
    viewport()->setPalette(colors);
    viewport()->setAutoFillBackground(true);
    scheduleLayout(0);
}

void MessageView::retranslate() {
    setAccessibleName(tr("Conversation"));
    bottomButton_->setName(tr("Go to the newest message"));
}

}  // namespace dsm
