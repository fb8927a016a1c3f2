// What lies around the messages of the page: the search, the message that waits, the mark of a chat that
// is never written.
#include <QLabel>
#include <QLocale>

#include "app/services/chat/chat_service.h"
#include "ui/chat/attachment_bar.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/composer_hint.h"
#include "ui/chat/find_bar.h"
#include "ui/chat/queued_message.h"
#include "ui/widgets/announcement.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_view.h"
#include "ui/widgets/meter.h"

namespace dsm {

void ChatPage::beginTemporary() {
    setConversation(0);
    chat_.setNextTemporary(true);
    composer_->setText({});
    refreshTemporary();
}

bool ChatPage::isTemporary() const {
    if (conversation_ == 0) return chat_.isNextTemporary();
    return chat_.conversation(conversation_).isTemporary;
}

void ChatPage::refreshTemporary() {
    temporary_->setText(tr("Temporary: never written"));
    temporary_->setToolTip(
        tr("Nothing of this chat is written to the disk. It is gone when the program ends."));
    temporary_->setVisible(isTemporary());
}

void ChatPage::refreshMeter() {
    const PromptFit fit = hint_->fit();
    meter_->setVisible(fit.room > 0 && fit.taken() > 0);
    if (fit.room > 0)
        meter_->setShare(static_cast<double>(fit.taken()) / static_cast<double>(fit.room));
    const QLocale locale;
    const QString text = tr("This chat and the message take %1 of the %2 tokens there is room for")
                             .arg(locale.toString(fit.taken()), locale.toString(fit.room));
    meter_->setToolTip(text);
    meter_->setAccessibleName(text);
}

bool ChatPage::find() {
    if (conversation_ == 0) return false;
    find_->open();
    return true;
}

qint64 ChatPage::chosenMessage() const {
    const auto& items = messages_->items();
    for (const MessageItem* item : items) {
        const QWidget* focused = window()->focusWidget();
        if (focused != nullptr && (focused == item || item->isAncestorOf(focused)))
            return item->content().id;
    }
    return items.empty() ? 0 : items.back()->content().id;
}

void ChatPage::queue(const QString& text) {
    if (attachments_->isReading() || !attachments_->documents().isEmpty()) {
        return note([] { return tr("Files go with a message once the reply is finished."); });
    }
    queued_->add(text);
    composer_->clear();
    Announcement::say(this, tr("The message is sent after this reply."));
}

}  // namespace dsm
