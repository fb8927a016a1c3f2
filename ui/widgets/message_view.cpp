#include "ui/widgets/message_view.h"

#include <QKeyEvent>
#include <QScrollBar>
#include <QTimer>
#include <algorithm>

#include "ui/widgets/icon_button.h"
#include "ui/widgets/message_item.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kGapMessages = 10;

}  // namespace

MessageView::MessageView(const Theme& theme, QWidget* parent)
    : QScrollArea(parent),
      theme_(theme),
      column_(new QWidget),
      bottomButton_(
          new IconButton(theme, IconName::ArrowDown, 36, IconButton::Look::Outlined, this)),
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
    applyTheme();
    retranslate();
}

MessageItem* MessageView::makeItem(const MessageContent& message) {
    auto* item = new MessageItem(theme_, message, column_);
    connect(item, &MessageItem::heightChanged, this, &MessageView::scheduleLayout);
    connect(item, &MessageItem::editAccepted, this, &MessageView::editAccepted);
    connect(item, &MessageItem::regenerateRequested, this, &MessageView::regenerateRequested);
    connect(item, &MessageItem::continueRequested, this, &MessageView::continueRequested);
    connect(item, &MessageItem::siblingRequested, this, &MessageView::siblingRequested);
    connect(item, &MessageItem::linkActivated, this, &MessageView::linkActivated);
    item->setBusy(isBusy_);
    item->show();
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
        items_[i]->hide();
        items_[i]->deleteLater();  // its own button may be what brought us here
    }
    items_.resize(same);
    for (size_t i = same; i < messages.size(); ++i)
        items_.push_back(makeItem(messages[i]));
    markLast();
    isFollowing_ = true;
    layoutItems();
}

void MessageView::addMessage(const MessageContent& message) {
    flush();
    items_.push_back(makeItem(message));
    markLast();
    isFollowing_ = true;
    scheduleLayout();
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

MessageItem* MessageView::item(qint64 id) const {
    const auto found = std::find_if(items_.begin(), items_.end(), [id](const MessageItem* item) {
        return item->content().id == id;
    });
    return found == items_.end() ? nullptr : *found;
}

void MessageView::markLast() {
    for (MessageItem* item : items_) {
        const bool isLast = item == items_.back();
        item->setLast(isLast);
        // One stop for the Tab key; from there the arrow keys lead to the others.
        item->setFocusPolicy(isLast ? Qt::StrongFocus : Qt::ClickFocus);
    }
    setFocusPolicy(items_.empty() ? Qt::StrongFocus : Qt::ClickFocus);
}

void MessageView::scheduleLayout() {
    if (!isLayingOut_) layoutTimer_->start();
}

void MessageView::layoutItems() {
    isLayingOut_ = true;
    const int width = viewport()->width();
    const int columnWidth = std::min(kColumnWidth, width - 2 * space::kHuge);
    // In the middle of the whole view, like what stands above and below it.
    const int left = (QWidget::width() - columnWidth) / 2;
    int top = space::kHuge;
    for (MessageItem* item : items_) {
        const int height = item->layoutFor(columnWidth);
        item->setGeometry(left, top, columnWidth, height);
        top += height + kGapMessages;
    }
    const bool follows = isFollowing_;
    column_->resize(width, top + space::kSmall);
    isFollowing_ = follows;
    if (isFollowing_) verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    isLayingOut_ = false;
    placeBottomButton();
}

void MessageView::takeScroll(int value) {
    if (isLayingOut_) return;
    isFollowing_ = verticalScrollBar()->maximum() - value <= kFollowDistance;
    placeBottomButton();
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

void MessageView::scrollTo(qint64 id) {
    layoutItems();
    const MessageItem* found = item(id);
    if (found == nullptr) return;
    verticalScrollBar()->setValue(std::max(0, found->y() - space::kHuge));
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
    MessageItem* next = items_[static_cast<size_t>(index)];
    next->setFocus(Qt::TabFocusReason);
    ensureWidgetVisible(next, 0, space::kHuge);
}

void MessageView::applyTheme() {
    setStyleSheet(QStringLiteral("QScrollArea { background: %1; border: none; }")
                      .arg(theme_.color(ColorRole::Window).name()));
    QPalette colors = viewport()->palette();
    colors.setColor(QPalette::Window, theme_.color(ColorRole::Window));
    viewport()->setPalette(colors);
    viewport()->setAutoFillBackground(true);
    scheduleLayout();
}

void MessageView::retranslate() {
    setAccessibleName(tr("Conversation"));
    bottomButton_->setName(tr("Go to the newest message"));
}

void MessageView::changeEvent(QEvent* event) {
    QScrollArea::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) {
        retranslate();
        scheduleLayout();
    }
}

}  // namespace dsm
