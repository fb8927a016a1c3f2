// The messages of the page: read anew, refreshed, edited, and what of them the model reads.
#include <QStackedWidget>

#include "app/services/chat/chat_service.h"
#include "ui/chat/answers_view.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/welcome_page.h"
#include "ui/widgets/announcement.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_view.h"
#include "ui/widgets/prompt_edit.h"
#include "ui/words/message_presentation.h"

namespace dsm {

void ChatPage::reload() {
    answers_->showConversation(conversation_);
    std::vector<MessageContent> contents = branch();
    std::erase_if(contents, [this](const MessageContent& message) {
        return answers_->shows(message.id);  // beside the others
    });
    pages_->setCurrentWidget(conversation_ == 0 ? static_cast<QWidget*>(welcome_) : messages_);
    messages_->setMessages(contents);
    refreshContext();
    refreshTitle();
    refreshReadiness();
}

std::vector<MessageContent> ChatPage::branch() const {
    if (conversation_ == 0) return {};
    return presentBranch(chat_.messages(conversation_), modelName());
}

// A reply that is done tells what the model has read.
void ChatPage::refreshMarks() {
    for (const MessageContent& message : branch())
        messages_->updateMessage(message);
}

void ChatPage::refreshMessage(qint64 messageId) {
    MessageContent message = presentMessage(chat_.message(messageId), modelName());
    if (const MessageItem* shown = messages_->item(messageId))
        message.above = shown->content().above;
    messages_->updateMessage(message);
    refreshContext();
    refreshReadiness();
}

// How things are with a reply, for who does not see it.
void ChatPage::announce(qint64 messageId) {
    const MessageInfo message = chat_.message(messageId);
    switch (message.state) {
        case MessageState::Waiting:
        case MessageState::Generating:
            return Announcement::say(this, tr("The model is writing."));
        case MessageState::Complete:
            return Announcement::say(this, tr("The reply is finished."));
        case MessageState::Stopped:
            return Announcement::say(this, tr("The reply was stopped."));
        case MessageState::Failed:
            return Announcement::say(this, tr("The reply failed: %1").arg(message.error));
    }
}

// What was written is not lost where it cannot be sent.
void ChatPage::edit(qint64 messageId, const QString& text) {
    if (chat_.editMessage(messageId, text)) {
        endFailure();
        return focusComposer();
    }
    MessageItem* item = messages_->item(messageId);
    if (item == nullptr) return;
    item->beginEdit();
    if (auto* editor = item->findChild<PromptEdit*>()) editor->setText(text);
}

void ChatPage::selectSibling(qint64 messageId, int siblingIndex) {
    const QList<qint64> siblings = chat_.message(messageId).siblings;
    if (siblingIndex < 0 || siblingIndex >= siblings.size()) return;
    chat_.selectSibling(siblings[siblingIndex]);
    focusComposer();
}

// As the reply was measured when it was written.
void ChatPage::refreshContext() {
    const auto& items = messages_->items();
    contextTokens_ = 0;
    for (auto item = items.rbegin(); item != items.rend() && contextTokens_ == 0; ++item) {
        if ((*item)->content().isFromUser) continue;
        const GenerationStatistics of = chat_.message((*item)->content().id).statistics;
        contextTokens_ = of.promptTokens + of.generatedTokens;
    }
    Q_EMIT contextChanged();
}

}  // namespace dsm
