#include "ui/chat/queued_message.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QTimer>

#include "app/services/chat/chat_service.h"
#include "app/services/chat/drafts.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/theme.h"

namespace dsm {

QueuedMessage::QueuedMessage(ChatService& chat, Drafts& drafts, const Theme& theme, QWidget* parent)
    : QWidget(parent),
      chat_(chat),
      drafts_(drafts),
      theme_(theme),
      text_(new Label(this)),
      send_(new QPushButton(this)),
      edit_(new QPushButton(this)),
      discard_(new QPushButton(this)) {
    static_cast<Label*>(text_)->setElided(Qt::ElideRight);
    text_->setProperty("tone", QStringLiteral("secondary"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(space::kMedium, 0, space::kMedium, space::kTiny);
    row->setSpacing(space::kSmall);
    row->addWidget(text_, 1);
    for (QPushButton* button : {send_, edit_, discard_}) {
        button->setProperty("kind", QStringLiteral("link"));
        row->addWidget(button);
    }
    connect(&chat_, &ChatService::replyFinished, this, &QueuedMessage::takeFinished);
    connect(&chat_, &ChatService::replyStarted, this, &QueuedMessage::refresh);
    connect(&drafts_, &Drafts::queuedChanged, this, &QueuedMessage::refresh);
    connect(send_, &QPushButton::clicked, this, [this] { send(conversation_); });
    connect(edit_, &QPushButton::clicked, this, [this] {
        const QString text = waiting(conversation_);
        setWaiting(conversation_, {});
        Q_EMIT takenBack(text);
    });
    connect(discard_, &QPushButton::clicked, this, [this] { setWaiting(conversation_, {}); });
    connect(&theme_, &Theme::changed, this, &QueuedMessage::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
    applyTheme();
    retranslate();
}

void QueuedMessage::setConversation(qint64 id) {
    conversation_ = id;
    refresh();
}

QString QueuedMessage::waiting(qint64 conversation) const {
    const QString temporary = temporary_.value(conversation);
    return temporary.isEmpty() ? drafts_.queued(conversation) : temporary;
}

void QueuedMessage::setWaiting(qint64 conversation, const QString& text) {
    if (chat_.conversation(conversation).isTemporary) {
        temporary_[conversation] = text;
        refresh();
    } else {
        drafts_.setQueued(conversation, text);
    }
}

void QueuedMessage::add(const QString& text) {
    const QString before = waiting(conversation_);
    setWaiting(conversation_, before.isEmpty() ? text : before + QStringLiteral("\n\n") + text);
}

// Also of a chat that is not shown.
void QueuedMessage::takeFinished(qint64 conversation, qint64 message) {
    const bool isWhole = chat_.message(message).state == MessageState::Complete;
    if (isWhole && !waiting(conversation).isEmpty()) {
        // The service has more to do with the reply that ended.
        QTimer::singleShot(0, this, [this, conversation] { send(conversation); });
    }
    refresh();
}

void QueuedMessage::send(qint64 conversation) {
    const QString text = waiting(conversation);
    if (text.isEmpty() || chat_.isGenerating(conversation)) return;
    if (chat_.send(conversation, text) != 0) setWaiting(conversation, {});
}

void QueuedMessage::refresh() {
    const QString text = conversation_ == 0 ? QString() : waiting(conversation_);
    setVisible(!text.isEmpty());
    if (text.isEmpty()) return;
    const bool isGenerating = chat_.isGenerating(conversation_);
    text_->setText(isGenerating ? tr("Sent after this reply: %1").arg(text.simplified())
                                : tr("Waits to be sent: %1").arg(text.simplified()));
    send_->setVisible(!isGenerating);
}

void QueuedMessage::applyTheme() {
    text_->setFont(theme_.font(TextStyle::Small));
}

void QueuedMessage::retranslate() {
    send_->setText(tr("Send now"));
    edit_->setText(tr("Edit"));
    discard_->setText(tr("Discard"));
    refresh();
}

}  // namespace dsm
