// The store behind the chats: opening it, what is told of it, and looking after it.
#include <algorithm>

#include "app/services/chat/chat_state.h"
#include "app/services/chat/stored_chat.h"

namespace dsm {
namespace {

QString sentenceFor(const StoreNotice& notice) {
    const QString damaged = QString::fromStdString(notice.damaged.string());
    const QString backup = QString::fromStdString(notice.backup.filename().string());
    switch (notice.kind) {
        case StoreNotice::Kind::BackupRestored:
            return ChatService::tr(
                       "The file of your chats was damaged. %1 messages were carried over from "
                       "it and %2 more from the backup %3; the damaged file is kept as %4.")
                .arg(notice.fromDamaged)
                .arg(notice.fromBackup)
                .arg(backup, damaged);
        case StoreNotice::Kind::Salvaged:
            return ChatService::tr(
                       "The file of your chats was damaged and there was no backup. %1 messages "
                       "were carried over from it; the damaged file is kept as %2.")
                .arg(notice.fromDamaged)
                .arg(damaged);
        case StoreNotice::Kind::StartedEmpty:
            return ChatService::tr(
                       "The file of your chats was damaged and there was no backup. "
                       "The damaged file is kept as %1.")
                .arg(damaged);
        case StoreNotice::Kind::BackupOffered:
            return ChatService::tr(
                       "The file of your chats was missing or empty. The backup %1 holds %2 "
                       "messages, which can be brought back.")
                .arg(backup)
                .arg(notice.fromBackup);
        case StoreNotice::Kind::NewerVersion:
            return ChatService::tr(
                "Your chats were written by a newer version of this program. "
                "They can be read, but not changed.");
        case StoreNotice::Kind::NotWritable:
            return ChatService::tr(
                       "The file of your chats cannot be written. They can be read, "
                       "but not changed. (%1)")
                .arg(QString::fromStdString(notice.reason));
        case StoreNotice::Kind::DiskFull:
            return ChatService::tr(
                "The disk is full. Your chats can be read; nothing is sent until there is room, "
                "because it could not be kept.");
        case StoreNotice::Kind::BackupFailed:
            return ChatService::tr("Your chats could not be backed up: %1")
                .arg(QString::fromStdString(notice.reason));
    }
    return {};
}

}  // namespace

void ChatService::State::open(Doubt doubt) {
    const StoreClock storeClock = [clock = clock_] { return toStoreTime(clock()); };
    store_.reset();
    auto opened = ConversationStore::open(file_, storeClock, doubt);
    isKept_ = opened.has_value();
    if (!opened) {
        addNotice(ChatService::tr("Your chats will not be saved: %1")
                      .arg(QString::fromStdString(opened.error().message)));
        opened = ConversationStore::openInMemory(storeClock);
    }
    if (!opened) qFatal("SQLite does not work: %s", opened.error().message.c_str());
    store_ = std::move(*opened);
    for (const StoreNotice& notice : store_->notices()) {
        if (notice.kind == StoreNotice::Kind::BackupOffered) offeredBackup_ = notice.backup;
        addNotice(sentenceFor(notice));
    }
}

void ChatService::State::addNotice(const QString& text) {
    if (notices_.contains(text)) return;
    qWarning("%s", qUtf8Printable(text));
    notices_.append(text);
    Q_EMIT chats_->noticeAdded(text);
}

// Only while nothing refers to what the old store holds.
void ChatService::State::tryAgain(Doubt doubt) {
    if (!turns_.empty() || !unsaved_.empty()) return;
    upkeep_ = {};
    isUpkeepRunning_ = false;
    open(doubt);
    startUpkeep();
    Q_EMIT chats_->conversationsChanged();
}

bool ChatService::State::mayAccept() {
    if ((!isKept_ && !unkeptAllowed_) || (isKept_ && store_->isReadOnly())) tryAgain(Doubt::None);
    if (isKept_ && !store_->isReadOnly()) return true;
    if (!isKept_ && unkeptAllowed_) return true;
    const bool isFull =
        std::any_of(store_->notices().begin(), store_->notices().end(),
                    [](const auto& notice) { return notice.kind == StoreNotice::Kind::DiskFull; });
    fail(isFull ? ChatService::tr("The disk is full: the message was not sent, because it could "
                                  "not be kept. Free some space and send it again.")
                : ChatService::tr("The message was not sent, because it could not be kept."));
    return false;
}

bool ChatService::State::restoreBackup(const std::filesystem::path& backup) {
    const auto carried = store_->bringBack(backup);
    if (!carried) {
        fail(QString::fromStdString(carried.error().message));
        return false;
    }
    offeredBackup_.clear();
    startUpkeep();
    Q_EMIT chats_->conversationsChanged();
    return true;
}

bool ChatService::State::declineBackups() {
    offeredBackup_.clear();
    return succeeded(store_->declineBackups());
}

void ChatService::State::startUpkeep() {
    if (!isKept_ || isUpkeepRunning_) return;
    const UpkeepTask task = store_->dueUpkeep();
    if (task.isEmpty()) return;
    isUpkeepRunning_ = true;
    upkeep_ = std::jthread([chats = chats_, this, file = file_, task,
                            now = toStoreTime(clock_())](const std::stop_token& stop) {
        const UpkeepReport report = ConversationStore::keepUp(file, task, now, stop);
        if (stop.stop_requested()) return;
        QMetaObject::invokeMethod(
            chats, [this, report] { finishUpkeep(report); }, Qt::QueuedConnection);
    });
}

void ChatService::State::finishUpkeep(const UpkeepReport& report) {
    isUpkeepRunning_ = false;
    store_->noteUpkeep(report);
    if (!report.problem.empty()) {
        StoreNotice notice;
        notice.kind = StoreNotice::Kind::BackupFailed;
        notice.reason = report.problem;
        addNotice(sentenceFor(notice));
    }
    isDamaged_ = report.isDamaged;
    repairWhenIdle();
}

void ChatService::State::repairWhenIdle() {
    if (!isDamaged_ || !turns_.empty() || !unsaved_.empty()) return;
    isDamaged_ = false;
    tryAgain(Doubt::Check);
}

}  // namespace dsm
