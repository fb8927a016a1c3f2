#include "ui/widgets/message/message_item.h"

#include <QApplication>
#include <QClipboard>
#include <QFocusEvent>
#include <QLabel>
#include <QTimer>

#include "ui/widgets/app_style.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/message/context_mark.h"
#include "ui/widgets/message/markdown_limits.h"
#include "ui/widgets/message/markdown_view.h"
#include "ui/widgets/message/message_actions.h"
#include "ui/widgets/message/message_editor.h"
#include "ui/widgets/message/text_block.h"
#include "ui/widgets/message/text_widget.h"
#include "ui/widgets/prompt_edit.h"
#include "ui/widgets/theme.h"

namespace dsm {

MessageItem::MessageItem(const Theme& theme, MessageContent content, QWidget* parent)
    : QWidget(parent), theme_(theme), content_(std::move(content)) {
    setFocusPolicy(Qt::ClickFocus);
    connect(&theme, &Theme::changed, this, &MessageItem::applyTheme);
    onLanguageChange(this, [this] { updateName(); });
    countText();
    updateName();
}

void MessageItem::realize() {
    if (isRealized()) return;
    if (content_.isFromUser && !isLongText(content_.text)) {
        bubble_ = new TextBlock(theme_, this);
        connect(bubble_, &TextBlock::linkActivated, this, &MessageItem::linkActivated);
    } else {
        if (!content_.isFromUser) author_ = new Label(this);
        markdown_ = new MarkdownView(theme_, this);
        markdown_->setCodeSavable(true);
        connect(markdown_, &MarkdownView::linkActivated, this, &MessageItem::linkActivated);
        connect(markdown_, &MarkdownView::saveRequested, this, &MessageItem::saveRequested);
        connect(markdown_, &MarkdownView::heightChanged, this, [this] {
            isStale_ = true;
            Q_EMIT heightChanged();
        });
    }
    if (author_ != nullptr)  // the logo is before it, whatever the script of its name
        author_->setAlignment(Qt::AlignVCenter | Qt::AlignAbsolute |
                              (isRightToLeft() ? Qt::AlignRight : Qt::AlignLeft));
    note_ = new Label(this);
    note_->setWordWrap(true);
    const bool isAtRight = content_.isFromUser != isRightToLeft();  // below its bubble
    note_->setAlignment(Qt::AlignAbsolute | (isAtRight ? Qt::AlignRight : Qt::AlignLeft));
    pulse_ = new QTimer(this);
    pulse_->setInterval(240);
    connect(pulse_, &QTimer::timeout, this, [this] {
        ++pulseStep_;
        update();
    });
    makeActions();
    updateAbove();
    applyTheme();
    mark(marks_);
    showSelected();
    for (QWidget* part : {static_cast<QWidget*>(bubble_), static_cast<QWidget*>(author_),
                          static_cast<QWidget*>(markdown_), static_cast<QWidget*>(actions_)}) {
        if (part != nullptr) part->show();
    }
    orderFocus();
}

void MessageItem::makeActions() {
    actions_ = new MessageActions(theme_, content_.isFromUser, this);
    connect(actions_, &MessageActions::copyRequested, this, &MessageItem::copyText);
    connect(actions_, &MessageActions::editRequested, this, &MessageItem::beginEdit);
    connect(actions_, &MessageActions::regenerateRequested, this,
            [this] { Q_EMIT regenerateRequested(content_.id); });
    connect(actions_, &MessageActions::continueRequested, this,
            [this] { Q_EMIT continueRequested(content_.id); });
    connect(actions_, &MessageActions::siblingRequested, this,
            [this](int sibling) { Q_EMIT siblingRequested(content_.id, sibling); });
    connect(actions_, &MessageActions::forkRequested, this,
            [this] { Q_EMIT forkRequested(content_.id); });
    connect(actions_, &MessageActions::filesRequested, this,
            [this] { Q_EMIT filesRequested(content_.id); });
    connect(actions_, &MessageActions::ratingRequested, this,
            [this](int rating) { Q_EMIT ratingRequested(content_.id, rating); });
    connect(actions_, &MessageActions::attentionChanged, this, &MessageItem::updateActions);
}

// The Tab key goes on from the message to its buttons, whenever they were made.
void MessageItem::orderFocus() {
    QWidget* before = this;
    for (QWidget* button : actions_->buttons()) {
        setTabOrder(before, button);
        before = button;
    }
}

// A change of style may have led here, while Qt walks a list of all widgets: they go afterwards.
void MessageItem::release() {
    if (!isRealized() || isEditing()) return;
    for (QWidget* part : {static_cast<QWidget*>(bubble_), static_cast<QWidget*>(author_),
                          static_cast<QWidget*>(markdown_), static_cast<QWidget*>(note_),
                          static_cast<QWidget*>(actions_), static_cast<QWidget*>(above_)}) {
        if (part == nullptr) continue;
        part->hide();
        part->disconnect(this);
        part->deleteLater();
    }
    delete pulse_;
    above_ = nullptr;
    bubble_ = nullptr;
    author_ = note_ = nullptr;
    markdown_ = nullptr;
    actions_ = nullptr;
    pulse_ = nullptr;
}

bool MessageItem::isInUse() const {
    using State = MessageContent::State;
    if (!isRealized()) return false;
    if (isLast_ || isEditing() || hasFocusWithin()) return true;
    if (above_ != nullptr && above_->isEditing()) return true;
    if (content_.state == State::Waiting || content_.state == State::Growing) return true;
    return !isSelected_ && hasSelection();
}

void MessageItem::setContent(MessageContent content) {
    if (content == content_) return;
    content_ = std::move(content);
    countText();
    updateName();
    updateAbove();
    updateParts();
    Q_EMIT heightChanged();
}

void MessageItem::appendText(const QString& delta) {
    content_.text += delta;
    if (author_ != nullptr) markdown_->append(delta);
    if (bubble_ != nullptr) bubble_->setPlain(content_.text);
    isStale_ = true;
    showSelected();
    if (content_.state == MessageContent::State::Waiting) {
        content_.state = MessageContent::State::Growing;
        updateParts();
    }
    Q_EMIT heightChanged();
}

std::vector<QAbstractScrollArea*> MessageItem::texts() const {
    if (bubble_ != nullptr) return {bubble_};
    return markdown_ != nullptr ? markdown_->texts() : std::vector<QAbstractScrollArea*>();
}

void MessageItem::setSelected(bool isSelected) {
    if (isSelected_ == isSelected) return;
    isSelected_ = isSelected;
    if (isSelected) return showSelected();
    for (QAbstractScrollArea* text : texts())
        deselect(*text);
}

void MessageItem::showSelected() {
    if (!isSelected_) return;
    for (QAbstractScrollArea* text : texts())
        selectWhole(*text);
}

bool MessageItem::hasSelection() const {
    if (bubble_ != nullptr) return bubble_->textCursor().hasSelection();
    return markdown_ != nullptr && markdown_->hasSelection();
}

MarkdownParts MessageItem::selectedParts() const {
    if (bubble_ != nullptr) return bubble_->selectedParts();
    return markdown_ != nullptr ? markdown_->selectedParts() : MarkdownParts();
}

void MessageItem::setLast(bool isLast) {
    isLast_ = isLast;
    // One stop for the Tab key; from there the arrow keys lead to the others.
    setFocusPolicy(isLast ? Qt::StrongFocus : Qt::ClickFocus);
    updateActions();
}

void MessageItem::setBusy(bool isBusy) {
    isBusy_ = isBusy;
    if (above_ != nullptr) above_->setBusy(isBusy);
    updateActions();
}

void MessageItem::countText() {
    isStale_ = true;
    lines_ = 1;
    columns_ = 0;
    for (const QChar c : content_.text) {
        if (c == u'\n') ++lines_;
        columns_ += c.unicode() < 0x1100 ? 1 : 2;
    }
}

QString MessageItem::speaker() const {
    return content_.isFromUser ? tr("You") : content_.author;
}

void MessageItem::updateName() {
    setAccessibleName(tr("Message from %1").arg(speaker()));
    setAccessibleDescription(content_.text.left(2000));
}

void MessageItem::updateParts() {
    using State = MessageContent::State;
    isStale_ = true;
    if (!isRealized()) return;
    if (author_ != nullptr) {
        markdown_->setSource(content_.text);
        author_->setText(content_.author);
    } else if (markdown_ != nullptr) {
        markdown_->setPlain(content_.text);
    } else {
        bubble_->setPlain(content_.text);
    }
    const bool waits = content_.state == State::Waiting;
    if (waits && !pulse_->isActive()) pulse_->start();
    if (!waits) pulse_->stop();
    const ColorRole tone =
        content_.state == State::Failed ? ColorRole::Danger : ColorRole::TextTertiary;
    setTone(note_, tone);
    note_->setText(content_.note);
    updateActions();
    update();
}

bool MessageItem::hasFocusWithin() const {
    const QWidget* focus = QApplication::focusWidget();
    return focus != nullptr && (focus == this || isAncestorOf(focus));
}

void MessageItem::updateActions() {
    if (!isRealized()) return;
    actions_->setContent(content_,
                         {underMouse() || hasFocusWithin(), isLast_, isBusy_, isEditing()});
    note_->setVisible(!content_.note.isEmpty() && !isEditing());
}

void MessageItem::beginEdit() {
    if (!content_.isFromUser || isEditing() || isBusy_) return;
    if (content_.text.size() > PromptEdit::kLongest) return;  // fits into no context
    realize();
    editor_ = new MessageEditor(theme_, content_.text, this);
    connect(editor_, &MessageEditor::heightChanged, this, [this] {
        isStale_ = true;
        Q_EMIT heightChanged();
    });
    connect(editor_, &MessageEditor::rejected, this, [this] {
        endEdit();
        setFocus(Qt::OtherFocusReason);
    });
    connect(editor_, &MessageEditor::accepted, this, [this](const QString& text) {
        endEdit();
        Q_EMIT editAccepted(content_.id, text);
    });
    textOfUser()->hide();
    editor_->show();
    editor_->setFocus(Qt::OtherFocusReason);
    updateParts();
    Q_EMIT heightChanged();
}

void MessageItem::endEdit() {
    // Its own signal may be what brought us here.
    editor_->hide();
    editor_->deleteLater();
    editor_ = nullptr;
    textOfUser()->show();
    updateParts();
    Q_EMIT heightChanged();
}

void MessageItem::copyText() {
    QGuiApplication::clipboard()->setText(content_.text);
    if (isRealized()) actions_->showCopied();
}

void MessageItem::mark(const QStringList& words) {
    marks_ = words;
    if (bubble_ != nullptr) bubble_->mark(words);
    if (markdown_ != nullptr) markdown_->mark(words);
}

QRect MessageItem::firstMark() {
    const QWidget* text = bubble_;
    QRect found = bubble_ != nullptr ? bubble_->firstMark() : QRect();
    if (markdown_ != nullptr) {
        text = markdown_;
        found = markdown_->firstMark();
    }
    return found.isNull() ? QRect() : found.translated(text->pos());
}

void MessageItem::applyTheme() {
    if (!isRealized()) return;
    note_->setFont(theme_.font(TextStyle::Small));
    if (author_ != nullptr) author_->setFont(theme_.font(TextStyle::InterfaceStrong));
    updateParts();
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

}  // namespace dsm
