#include "ui/widgets/message_item.h"

#include <QApplication>
#include <QClipboard>
#include <QFocusEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QTimer>
#include <cmath>

#include "ui/widgets/icon_button.h"
#include "ui/widgets/label.h"
#include "ui/widgets/markdown_view.h"
#include "ui/widgets/message_editor.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/text_block.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kAuthorHeight = 24;
constexpr int kLogo = 20;
constexpr int kActions = 28;
// Unequal, since a line's extra height lies below its text.
constexpr int kBubbleTop = 11;
constexpr int kBubbleBottom = 4;
constexpr int kBubbleSide = 16;
constexpr int kDotsHeight = 24;
constexpr double kBubbleShare = 0.8;

}  // namespace

MessageItem::MessageItem(const Theme& theme, MessageContent content, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      content_(std::move(content)),
      note_(new Label(this)),
      continueButton_(new QPushButton(this)),
      copiedTimer_(new QTimer(this)),
      pulse_(new QTimer(this)) {
    setFocusPolicy(Qt::ClickFocus);
    if (content_.isFromUser) {
        bubble_ = new TextBlock(theme, this);
        connect(bubble_, &TextBlock::linkActivated, this, &MessageItem::linkActivated);
    } else {
        author_ = new Label(this);
        markdown_ = new MarkdownView(theme, this);
        connect(markdown_, &MarkdownView::linkActivated, this, &MessageItem::linkActivated);
    }
    note_->setWordWrap(true);
    continueButton_->setProperty("kind", QStringLiteral("link"));
    continueButton_->setCursor(Qt::PointingHandCursor);
    makeActions();
    connectActions();
    connect(&theme, &Theme::changed, this, &MessageItem::applyTheme);
    applyTheme();
    retranslate();
    updateParts();
}

void MessageItem::makeActions() {
    const auto button = [this](IconName icon) {
        auto* made = new IconButton(theme_, icon, kActions, IconButton::Look::Plain, this);
        made->setRole(ColorRole::TextTertiary);
        made->installEventFilter(this);
        return made;
    };
    previous_ = button(IconName::ChevronLeft);
    siblings_ = new Label(this);
    next_ = button(IconName::ChevronRight);
    copy_ = button(IconName::Copy);
    edit_ = button(IconName::Edit);
    regenerate_ = button(IconName::Regenerate);
    statistics_ = new Label(this);
    siblings_->setAlignment(Qt::AlignCenter);
    continueButton_->installEventFilter(this);
    copiedTimer_->setSingleShot(true);
    copiedTimer_->setInterval(1600);
    pulse_->setInterval(240);
}

void MessageItem::connectActions() {
    connect(copy_, &IconButton::clicked, this, &MessageItem::copyText);
    connect(edit_, &IconButton::clicked, this, &MessageItem::beginEdit);
    connect(regenerate_, &IconButton::clicked, this,
            [this] { Q_EMIT regenerateRequested(content_.id); });
    connect(continueButton_, &QPushButton::clicked, this,
            [this] { Q_EMIT continueRequested(content_.id); });
    connect(previous_, &IconButton::clicked, this,
            [this] { Q_EMIT siblingRequested(content_.id, content_.siblingIndex - 1); });
    connect(next_, &IconButton::clicked, this,
            [this] { Q_EMIT siblingRequested(content_.id, content_.siblingIndex + 1); });
    connect(copiedTimer_, &QTimer::timeout, this, [this] { copy_->setIconName(IconName::Copy); });
    connect(pulse_, &QTimer::timeout, this, [this] {
        ++pulseStep_;
        update();
    });
}

void MessageItem::setContent(MessageContent content) {
    content_ = std::move(content);
    updateParts();
    Q_EMIT heightChanged();
}

void MessageItem::appendText(const QString& delta) {
    content_.text += delta;
    if (markdown_ != nullptr) markdown_->append(delta);
    if (bubble_ != nullptr) bubble_->setPlain(content_.text);
    if (content_.state == MessageContent::State::Waiting) {
        content_.state = MessageContent::State::Growing;
        updateParts();
    }
    Q_EMIT heightChanged();
}

void MessageItem::setLast(bool isLast) {
    isLast_ = isLast;
    updateActions();
}

void MessageItem::setBusy(bool isBusy) {
    isBusy_ = isBusy;
    updateActions();
}

void MessageItem::updateParts() {
    using State = MessageContent::State;
    if (markdown_ != nullptr) {
        markdown_->setSource(content_.text);
        author_->setText(content_.author);
    } else {
        bubble_->setPlain(content_.text);
    }
    const bool waits = content_.state == State::Waiting;
    if (waits && !pulse_->isActive()) pulse_->start();
    if (!waits) pulse_->stop();
    const ColorRole tone =
        content_.state == State::Failed ? ColorRole::Danger : ColorRole::TextTertiary;
    QPalette colors = note_->palette();
    colors.setColor(QPalette::WindowText, theme_.color(tone));
    note_->setPalette(colors);
    note_->setStyleSheet(QStringLiteral("color: %1;").arg(theme_.color(tone).name()));
    note_->setText(content_.note);
    statistics_->setText(content_.statistics);
    setAccessibleDescription(content_.text.left(2000));
    retranslate();
    updateActions();
    update();
}

bool MessageItem::hasFocusWithin() const {
    const QWidget* focus = QApplication::focusWidget();
    return focus != nullptr && (focus == this || isAncestorOf(focus));
}

void MessageItem::updateActions() {
    using State = MessageContent::State;
    const bool isDone =
        content_.state != State::Waiting && content_.state != State::Growing && !isEditing();
    const bool isShown =
        isDone && (underMouse() || hasFocusWithin() || (isLast_ && !content_.isFromUser));
    const bool hasSiblings = content_.siblingCount > 1 && isDone;
    copy_->setVisible(isShown && !content_.text.isEmpty());
    edit_->setVisible(isShown && content_.isFromUser && !isBusy_);
    regenerate_->setVisible(isShown && !content_.isFromUser && !isBusy_);
    statistics_->setVisible(isShown && !content_.statistics.isEmpty());
    previous_->setVisible(hasSiblings);
    siblings_->setVisible(hasSiblings);
    next_->setVisible(hasSiblings);
    previous_->setEnabled(!isBusy_ && content_.siblingIndex > 0);
    next_->setEnabled(!isBusy_ && content_.siblingIndex + 1 < content_.siblingCount);
    siblings_->setText(
        QStringLiteral("%1/%2").arg(content_.siblingIndex + 1).arg(content_.siblingCount));
    continueButton_->setVisible(isDone && content_.canContinue && isLast_ && !isBusy_);
    note_->setVisible(!content_.note.isEmpty() && !isEditing());
}

int MessageItem::layoutFor(int width) {
    return content_.isFromUser ? layoutUser(width) : layoutReply(width);
}

int MessageItem::layoutUser(int width) {
    if (editor_ != nullptr) {
        const int height = editor_->heightFor(width);
        editor_->setGeometry(0, 0, width, height);
        bubbleRect_ = {};
        return height + kActions;
    }
    const int maximum = static_cast<int>(width * kBubbleShare) - 2 * kBubbleSide;
    const int textWidth = bubble_->naturalWidth(maximum);
    const int textHeight = bubble_->heightFor(textWidth);
    const int bubbleWidth = textWidth + 2 * kBubbleSide;
    bubbleRect_ =
        QRect(width - bubbleWidth, 0, bubbleWidth, textHeight + kBubbleTop + kBubbleBottom);
    bubble_->setGeometry(
        bubbleRect_.adjusted(kBubbleSide, kBubbleTop, -kBubbleSide, -kBubbleBottom));
    int top = bubbleRect_.bottom() + 1;
    if (!content_.note.isEmpty()) {
        const int noteHeight = note_->heightForWidth(width);
        note_->setGeometry(0, top + space::kTiny, width, noteHeight);
        top += noteHeight + space::kTiny;
    }
    placeActions(top + 2, width);
    return top + 2 + kActions;
}

int MessageItem::layoutReply(int width) {
    const int nameLeft = kLogo + space::kSmall;
    author_->setGeometry(nameLeft, 0, width - nameLeft, kAuthorHeight);
    int top = kAuthorHeight + space::kSmall;
    const int textHeight = markdown_->heightFor(width);
    markdown_->setGeometry(0, top, width, textHeight);
    top += textHeight;
    if (content_.state == MessageContent::State::Waiting) top += kDotsHeight;
    if (!content_.note.isEmpty()) {
        const int noteHeight = note_->heightForWidth(width);
        note_->setGeometry(0, top + space::kSmall, width, noteHeight);
        top += noteHeight + space::kSmall;
    }
    placeActions(top + space::kTiny, width);
    return top + space::kTiny + kActions;
}

void MessageItem::placeActions(int top, int width) {
    std::vector<QWidget*> row;
    if (content_.siblingCount > 1) row.insert(row.end(), {previous_, siblings_, next_});
    row.push_back(copy_);
    row.push_back(content_.isFromUser ? static_cast<QWidget*>(edit_) : regenerate_);
    if (!content_.isFromUser && content_.canContinue && isLast_) row.push_back(continueButton_);
    const auto widthOf = [this](const QWidget* part) {
        if (part == siblings_) return std::max(28, siblings_->sizeHint().width());
        return part == continueButton_ ? continueButton_->sizeHint().width() : kActions;
    };
    int total = 0;
    for (const QWidget* part : row)
        total += widthOf(part);
    // A reply's icons, not their buttons, stand in line with its text.
    int left = content_.isFromUser ? width - total : -6;
    for (QWidget* part : row) {
        part->setGeometry(left, top, widthOf(part), kActions);
        left += widthOf(part);
    }
    statistics_->setGeometry(left + space::kSmall, top, std::max(0, width - left - space::kSmall),
                             kActions);
}

void MessageItem::beginEdit() {
    if (!content_.isFromUser || isEditing() || isBusy_) return;
    editor_ = new MessageEditor(theme_, content_.text, this);
    connect(editor_, &MessageEditor::heightChanged, this, &MessageItem::heightChanged);
    connect(editor_, &MessageEditor::rejected, this, [this] {
        endEdit();
        setFocus(Qt::OtherFocusReason);
    });
    connect(editor_, &MessageEditor::accepted, this, [this](const QString& text) {
        endEdit();
        Q_EMIT editAccepted(content_.id, text);
    });
    bubble_->hide();
    editor_->show();
    editor_->setFocus(Qt::OtherFocusReason);
    updateActions();
    update();
    Q_EMIT heightChanged();
}

void MessageItem::endEdit() {
    // Its own signal may be what brought us here.
    editor_->hide();
    editor_->deleteLater();
    editor_ = nullptr;
    bubble_->show();
    updateActions();
    update();
    Q_EMIT heightChanged();
}

void MessageItem::copyText() {
    QGuiApplication::clipboard()->setText(content_.text);
    copy_->setIconName(IconName::Check);
    copiedTimer_->start();
}

void MessageItem::applyTheme() {
    const QString tertiary =
        QStringLiteral("color: %1;").arg(theme_.color(ColorRole::TextTertiary).name());
    for (QLabel* label : {note_, siblings_, statistics_}) {
        label->setFont(theme_.font(TextStyle::Caption));
        label->setStyleSheet(tertiary);
    }
    note_->setFont(theme_.font(TextStyle::Small));
    continueButton_->setFont(theme_.font(TextStyle::Small));
    continueButton_->setStyleSheet(QStringLiteral("QPushButton { min-height: 26px; }"));
    continueButton_->setIconSize({16, 16});
    continueButton_->setIcon(theme_.icon(IconName::Play, ColorRole::AccentText));
    if (author_ != nullptr) {
        author_->setFont(theme_.font(TextStyle::InterfaceStrong));
    }
    updateParts();
}

void MessageItem::retranslate() {
    copy_->setName(tr("Copy the message"));
    edit_->setName(tr("Edit the message"));
    regenerate_->setName(tr("Write another reply"));
    previous_->setName(tr("Previous version"));
    next_->setName(tr("Next version"));
    continueButton_->setText(tr("Continue"));
    continueButton_->setAccessibleName(tr("Continue the reply"));
    const QString who = content_.isFromUser ? tr("You") : content_.author;
    setAccessibleName(tr("Message from %1").arg(who));
}

void MessageItem::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (!bubbleRect_.isEmpty()) {
        drawRounded(painter, bubbleRect_, radius::kLarge, theme_.color(ColorRole::Bubble));
    }
    if (author_ != nullptr) {
        const QRect logo(0, (kAuthorHeight - kLogo) / 2, kLogo, kLogo);
        theme_.icon(IconName::Logo).paint(&painter, logo);
    }
    if (content_.state == MessageContent::State::Waiting && markdown_ != nullptr) {
        const double y = markdown_->geometry().bottom() + 1 + kDotsHeight / 2.0;
        painter.setPen(Qt::NoPen);
        for (int dot = 0; dot < 3; ++dot) {
            QColor color = theme_.color(ColorRole::TextTertiary);
            if (dot != pulseStep_ % 3) color.setAlphaF(0.35F);
            painter.setBrush(color);
            painter.drawEllipse(QPointF(5 + dot * 12, y), 3.5, 3.5);
        }
    }
    if (hasKeyboard_) {
        const QRect ring =
            bubbleRect_.isEmpty() ? QRect(-4, 0, width() + 4, height()) : bubbleRect_;
        const int corner = bubbleRect_.isEmpty() ? radius::kMedium : radius::kLarge;
        drawFocusRing(painter, ring, corner, theme_.color(ColorRole::AccentText));
    }
}

void MessageItem::enterEvent(QEnterEvent*) {
    updateActions();
}

void MessageItem::leaveEvent(QEvent*) {
    updateActions();
}

void MessageItem::focusInEvent(QFocusEvent* event) {
    hasKeyboard_ = isKeyboardFocus(event->reason());
    updateActions();
    update();
}

void MessageItem::focusOutEvent(QFocusEvent*) {
    hasKeyboard_ = false;
    // The focus may be on its way to one of the actions.
    QTimer::singleShot(0, this, &MessageItem::updateActions);
    update();
}

void MessageItem::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy)) {
        copyText();
    } else if (event->key() == Qt::Key_F2 && content_.isFromUser) {
        beginEdit();
    } else {
        QWidget::keyPressEvent(event);
    }
}

bool MessageItem::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut) {
        QTimer::singleShot(0, this, &MessageItem::updateActions);
    }
    return QWidget::eventFilter(watched, event);
}

void MessageItem::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) retranslate();
}

}  // namespace dsm
