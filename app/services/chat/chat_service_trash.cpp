// What was deleted and can come back: the trash, and the backups.
#include <QDir>
#include <chrono>
#include <span>

#include "app/services/chat/chat_service.h"
#include "app/services/chat/chat_state.h"
#include "app/services/chat/stored_chat.h"
#include "app/services/program/path_text.h"
#include "app/services/program/private_file.h"
#include "app/services/program/reason_words.h"
#include "app/services/program/said.h"
#include "kernels/base/atomic_file.h"
#include "kernels/base/mapped_file.h"

namespace dsm {

bool ChatService::remove(qint64 conversationId) {
    return state_->remove(conversationId);
}

bool ChatService::undoRemove(qint64 conversationId) {
    return state_->listChanged(state_->storeOf(conversationId).restore(conversationId));
}

QList<TrashedChat> ChatService::trash() const {
    QList<TrashedChat> chats;
    for (const StoredConversation& stored : state_->allTrashed()) {
        TrashedChat chat;
        chat.id = stored.id;
        chat.title = QString::fromStdString(stored.title);
        chat.deleted = toLocalTime(stored.deleted.value_or(stored.updated));
        const auto left = state_->valueOf(state_->storeOf(stored.id).timeInTrash(stored.id));
        chat.daysLeft = static_cast<int>(std::chrono::ceil<std::chrono::days>(left).count());
        chats.append(chat);
    }
    return chats;
}

qint64 ChatService::removeForGood(const QList<qint64>& conversationIds) {
    qint64 removed = 0;
    for (const qint64 id : conversationIds)
        removed += state_->valueOf(state_->storeOf(id).removeForGood({id}));
    if (removed > 0) Q_EMIT conversationsChanged();
    return removed;
}

bool ChatService::restoreBackup(const QString& file) {
    return state_->restoreBackup(toPath(file));
}

QList<BackupInfo> ChatService::backups() const {
    QList<BackupInfo> result;
    for (const StoredBackup& backup : state_->store().backups()) {
        result.append({pathText(backup.file), toLocalTime(backup.made), backup.isReadable,
                       backup.parents, backup.rows});
    }
    return result;
}

bool ChatService::exportBackup(const QString& file, const QString& to) {
    const auto copied = [&]() -> Result<void> {
        const auto from = MappedFile::open(toPath(file));
        if (!from) return tl::unexpected(from.error());
        auto into = AtomicFile::create(toPath(to), kPrivateFile);
        if (!into) return tl::unexpected(into.error());
        if (auto done = into->write(from->bytes()); !done) return done;
        return into->commit();
    }();
    if (copied) return true;
    state_->fail(
        said([] { return tr("The backup could not be copied to %1: %2."); },
             {QDir::toNativeSeparators(to), presentSystemReason(copied.error().systemReason)}));
    return false;
}

}  // namespace dsm
