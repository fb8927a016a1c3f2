#include "ui/shell/data_notices.h"

#include <utility>

#include "app/services/chat/chat_service.h"
#include "app/services/program/said.h"
#include "ui/widgets/language_change.h"

namespace dsm {

DataNotices::DataNotices(ChatService& chat, const Theme& theme, QWidget* parent)
    : Banner(theme, parent), chat_(chat) {
    connect(&chat, &ChatService::noticesChanged, this, [this] {
        if (isHidden()) dismissed_ += std::exchange(shown_, {});
        showAll();
    });
    onLanguageChange(this, [this] {
        shown_ = saidAgain(shown_);
        dismissed_ = saidAgain(dismissed_);
    });
    connect(&chat, &ChatService::keepingRefused, this, [this] {
        dismissed_.clear();
        showAll();
    });
}

void DataNotices::showAll() {
    shown_ = chat_.notices();
    shown_.removeIf([this](const QString& notice) { return dismissed_.contains(notice); });
    if (shown_.isEmpty()) return hide();
    showMessage(
        Tone::Warning, [shown = shown_] { return saidAgain(shown).join(QLatin1Char('\n')); },
        choices());
}

std::vector<Banner::Action> DataNotices::choices() {
    std::vector<Action> choices;
    if (const QString backup = chat_.offeredBackup(); !backup.isEmpty()) {
        choices.push_back({[] { return tr("Bring them back"); },
                           [this, backup] {
                               chat_.restoreBackup(backup);
                               showRest();
                           }});
    }
    if (chat_.canTryAgain()) {
        choices.push_back({[] { return tr("Try again"); },
                           [this] {
                               chat_.tryAgain();
                               showRest();
                           }});
    }
    if (!chat_.keepsChats()) {
        choices.push_back({[] { return tr("Chat without saving"); },
                           [this] {
                               chat_.allowUnkeptChat();
                               Q_EMIT newChatRequested();
                               if (!chat_.offeredBackup().isEmpty()) showRest();
                           }});
    }
    return choices;
}

// One of two choices was taken; the other is there still.
void DataNotices::showRest() {
    if (choices().empty()) return;
    dismissed_.clear();
    showAll();
}

}  // namespace dsm
