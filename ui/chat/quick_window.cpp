#include "ui/chat/quick_window.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/services/chat/chat_service.h"
#include "app/services/model/text_generator.h"
#include "ui/chat/code_saving.h"
#include "ui/chat/open_link.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/message/message_view.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/prompt_edit.h"
#include "ui/widgets/theme.h"
#include "ui/words/message_presentation.h"

namespace dsm {
namespace {

constexpr QSize kSmallSize{460, 420};

}  // namespace

QuickWindow::QuickWindow(ChatService& chat, TextGenerator& writer, const Theme& theme,
                         QWidget* parent)
    : QWidget(parent, Qt::Window),
      chat_(chat),
      writer_(writer),
      theme_(theme),
      field_(new PromptEdit(this)),
      messages_(new MessageView(theme, this)),
      note_(new Label(this)),
      open_(new QPushButton(this)),
      new_(new QPushButton(this)) {
    // The program is not over when this window is closed.
    setAttribute(Qt::WA_QuitOnClose, false);
    note_->setWordWrap(true);
    note_->setProperty("tone", QStringLiteral("secondary"));
    makeLayout();
    connectChat();
    connectMessages();
    connect(field_, &PromptEdit::submitted, this, &QuickWindow::ask);
    connect(field_, &PromptEdit::escaped, this, &QuickWindow::stopOrHide);
    connect(new_, &QPushButton::clicked, this, [this] {
        begin(0);
        field_->setFocus();
    });
    connect(open_, &QPushButton::clicked, this, [this] {
        hide();
        Q_EMIT openRequested(conversation_);
    });
    connect(&theme, &Theme::changed, this, &QuickWindow::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
    applyTheme();
    retranslate();
    begin(0);
    resize(kSmallSize);
}

void QuickWindow::makeLayout() {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::kLarge, space::kLarge, space::kLarge, space::kLarge);
    column->setSpacing(space::kMedium);
    auto* row = new QHBoxLayout;
    row->addWidget(new_);
    row->addStretch(1);
    row->addWidget(open_);
    column->addWidget(messages_, 1);
    column->addWidget(note_);
    auto* card = new QHBoxLayout;
    card->setContentsMargins(space::kLarge, space::kMedium, space::kLarge, space::kMedium);
    card->addWidget(field_);
    column->addLayout(card);
    column->addLayout(row);
}

void QuickWindow::connectChat() {
    const auto isMine = [this](qint64 conversation) {
        return conversation_ != 0 && conversation == conversation_;
    };
    connect(&chat_, &ChatService::messageTextAppended, this,
            [this, isMine](qint64 conversation, qint64 message, const QString& delta) {
                if (isMine(conversation)) messages_->appendText(message, delta);
            });
    const auto refreshMine = [this, isMine](qint64 conversation, qint64) {
        if (isMine(conversation)) refresh();
    };
    connect(&chat_, &ChatService::messageAdded, this, refreshMine);
    connect(&chat_, &ChatService::messageChanged, this, refreshMine);
    connect(&chat_, &ChatService::replyStarted, this, refreshMine);
    connect(&chat_, &ChatService::replyFinished, this, refreshMine);
    connect(&chat_, &ChatService::branchChanged, this, [this, isMine](qint64 conversation) {
        if (isMine(conversation)) refresh();
    });
    connect(&chat_, &ChatService::conversationsChanged, this, [this] {
        const bool isGone = conversation_ != 0 && chat_.conversation(conversation_).id == 0;
        if (isGone) begin(0);
    });
    connect(&chat_, &ChatService::failed, this, [this](const QString& message) {
        if (isVisible()) note_->setText(message);
    });
}

// The actions of a message do here what they do in the window.
void QuickWindow::connectMessages() {
    connect(messages_, &MessageView::editAccepted, this,
            [this](qint64 message, const QString& text) { chat_.editMessage(message, text); });
    connect(messages_, &MessageView::regenerateRequested, this,
            [this](qint64 message) { chat_.regenerate(message); });
    connect(messages_, &MessageView::continueRequested, this,
            [this](qint64 message) { chat_.continueReply(message); });
    connect(messages_, &MessageView::siblingRequested, this, [this](qint64 message, int sibling) {
        const QList<qint64> siblings = chat_.message(message).siblings;
        if (sibling >= 0 && sibling < siblings.size()) chat_.selectSibling(siblings[sibling]);
    });
    connect(messages_, &MessageView::ratingRequested, this, [this](qint64 message, int rating) {
        chat_.rate(message, static_cast<ReplyRating>(rating));
    });
    connect(messages_, &MessageView::forkRequested, this, [this](qint64 message) {
        const qint64 fork = chat_.fork(message);
        if (fork != 0) Q_EMIT openRequested(fork);
    });
    connect(messages_, &MessageView::summaryChanged, this,
            [this](qint64 message, const QString& text) { chat_.setSummary(message, text); });
    connect(messages_, &MessageView::saveRequested, this,
            [this](const QString& language, const QString& code) {
                note_->setText(saveCode(this, language, code));
            });
    connect(messages_, &MessageView::linkActivated, this, &openLink);
}

void QuickWindow::bringUp() {
    showNormal();
    raise();
    activateWindow();
    field_->setFocus(Qt::OtherFocusReason);
}

// What was written stays where it cannot be sent.
void QuickWindow::ask() {
    const QString question = field_->text();
    if (question.trimmed().isEmpty() || chat_.isGenerating(conversation_)) return;
    note_->clear();
    const qint64 id = chat_.send(conversation_, question);
    if (id == 0) return;
    field_->clear();
    if (id != conversation_) begin(id);
}

void QuickWindow::stopOrHide() {
    if (conversation_ != 0 && chat_.isGenerating(conversation_)) {
        chat_.stop(conversation_);
    } else {
        hide();
    }
}

void QuickWindow::begin(qint64 conversationId) {
    conversation_ = conversationId;
    for (QPushButton* button : {open_, new_})
        button->setEnabled(conversation_ != 0);
    retranslate();
    refresh();
}

void QuickWindow::refresh() {
    messages_->setMessages(conversation_ == 0
                               ? std::vector<MessageContent>()
                               : presentBranch(chat_.messages(conversation_), writer_.modelName()));
}

void QuickWindow::applyTheme() {
    field_->setFont(theme_.font(TextStyle::Body));
    QPalette palette = field_->palette();
    palette.setColor(QPalette::Text, theme_.color(ColorRole::Text));
    palette.setColor(QPalette::PlaceholderText, theme_.color(ColorRole::TextTertiary));
    field_->setPalette(palette);
    setWindowIcon(theme_.icon(IconName::Logo));
    update();
}

void QuickWindow::retranslate() {
    setWindowTitle(tr("Quick question"));
    field_->setPlaceholderText(tr("Ask something"));
    field_->setAccessibleName(tr("Question"));
    open_->setText(tr("Open in the window"));
    new_->setText(tr("New question"));
    if (conversation_ == 0)
        note_->setText(tr("Enter asks, Escape stops the answer and then hides this window."));
    note_->setVisible(true);
}

void QuickWindow::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme_.color(ColorRole::Window));
    const QMargins around(space::kLarge, space::kMedium, space::kLarge, space::kMedium);
    drawRounded(painter, field_->geometry().marginsAdded(around), radius::kLarge,
                theme_.color(ColorRole::Surface), theme_.color(ColorRole::Border));
}

}  // namespace dsm
