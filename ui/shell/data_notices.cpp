#include "ui/shell/data_notices.h"

#include "app/services/chat/chat_service.h"

namespace dsm {

DataNotices::DataNotices(ChatService& chat, const Theme& theme, QWidget* parent)
    : Banner(theme, parent), chat_(chat), notices_(chat.notices()) {
    connect(&chat, &ChatService::noticeAdded, this, [this](const QString& notice) {
        if (isHidden()) notices_.clear();  // dismissed
        notices_.append(notice);
        showAll();
    });
}

void DataNotices::showAll() {
    if (notices_.isEmpty()) return;
    const QString text = notices_.join(QLatin1Char('\n'));
    const QString backup = chat_.offeredBackup();
    if (!backup.isEmpty()) {
        showMessage(Tone::Warning, text, tr("Bring them back"),
                    [this, backup] { chat_.restoreBackup(backup); });
    } else if (!chat_.keepsChats()) {
        showMessage(Tone::Warning, text, tr("Chat without saving"),
                    [this] { chat_.allowUnkeptChats(); });
    } else {
        showMessage(Tone::Warning, text);
    }
}

}  // namespace dsm
