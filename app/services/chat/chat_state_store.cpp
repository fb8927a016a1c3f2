// The store behind the chats: opening it, and what is told of it.
#include <algorithm>
#include <system_error>
#include <tuple>
#include <utility>

#include "app/services/chat/chat_state.h"
#include "app/services/chat/stored_chat.h"
#include "app/services/program/path_text.h"
#include "app/services/program/reason_words.h"
#include "app/services/program/said.h"

namespace dsm {
namespace {

QString sentenceFor(const StoreNotice& notice) {
    const QString damaged = pathText(notice.damaged);
    const QString backup = pathText(notice.backup.filename());
    switch (notice.kind) {
        case StoreNotice::Kind::BackupRestored:
            return ChatState::tr(
                       "The file of your chats was damaged. %1 messages were carried over from "
                       "it and %2 more from the backup %3; the damaged file is kept as %4.")
                .arg(notice.fromDamaged)
                .arg(notice.fromBackup)
                .arg(backup, damaged);
        case StoreNotice::Kind::Salvaged:
            return ChatState::tr(
                       "The file of your chats was damaged and there was no backup. %1 messages "
                       "were carried over from it; the damaged file is kept as %2.")
                .arg(notice.fromDamaged)
                .arg(damaged);
        case StoreNotice::Kind::StartedEmpty:
            return ChatState::tr(
                       "The file of your chats was damaged and there was no backup. "
                       "The damaged file is kept as %1.")
                .arg(damaged);
        case StoreNotice::Kind::BackupOffered:
            return ChatState::tr(
                       "The file of your chats was missing or empty. The backup %1 holds %2 "
                       "messages, which can be brought back.")
                .arg(backup)
                .arg(notice.fromBackup);
        case StoreNotice::Kind::NewerVersion:
            return ChatState::tr(
                "Your chats were written by a newer version of this program. "
                "They can be read, but not changed.");
        case StoreNotice::Kind::NotWritable:
            return ChatState::tr(
                       "The file of your chats cannot be written. They can be read, "
                       "but not changed. (%1)")
                .arg(presentReason(shown(notice.reason)));
        case StoreNotice::Kind::DiskFull:
            return ChatState::tr(
                "The disk is full. Your chats can be read; nothing is sent until there is room, "
                "because it could not be kept.");
        case StoreNotice::Kind::BackupFailed:
            return ChatState::tr("Your chats could not be backed up: %1")
                .arg(presentReason(shown(notice.reason)));
    }
    return {};
}

// The numbers of chats that are kept, and of their messages, stay below.
constexpr qint64 kKeptIds = qint64{1} << 60;

// Whether it says how things are, not what happened.
bool isOfNow(StoreNotice::Kind kind) {
    return kind == StoreNotice::Kind::DiskFull || kind == StoreNotice::Kind::NotWritable;
}

}  // namespace

std::unique_ptr<ConversationStore> inMemory(const StoreClock& clock, qint64 lastId) {
    auto opened = ConversationStore::openInMemory(clock, lastId);
    if (!opened) qFatal("SQLite does not work: %s", opened.error().message.c_str());
    return std::move(*opened);
}

bool ChatState::isUnkept(qint64 id) {
    return id > kKeptIds;
}

StoreClock ChatState::storeClock() const {
    return [clock = clock_] { return toStoreTime(clock()); };
}

bool ChatState::open() {
    auto opened = ConversationStore::open(file_, storeClock(), Doubt::None, OnDamage::Report);
    const bool isDamaged = !opened && opened.error().code == ErrorCode::Malformed;
    // As it was: what can be read, or was brought back to be read, stays.
    if (!opened && !isDamaged && store_) return false;
    std::error_code error;
    const bool holdsChats = std::filesystem::is_regular_file(file_, error);
    if (opened || !holdsChats) {
        take(std::move(opened));
        return true;
    }
    if (!store_) store_ = inMemory(storeClock());
    startRepair(hasFile_ ? Doubt::None : Doubt::Check, isDamaged);
    return true;
}

void ChatState::take(Opened opened) {
    endStanding();
    hasFile_ = opened.has_value();
    isHidden_ = false;
    if (!hasFile_) {
        store_ = inMemory(storeClock());
        watchRoom();
        addStanding(said([] { return ChatState::tr("Your chats will not be saved: %1"); },
                         {presentError(opened.error())}));
        offerToRead();
    } else {
        store_ = std::move(*opened);
        offeredBackup_.clear();
        for (const StoreNotice& notice : store_->notices()) {
            const QString text = said([notice] { return sentenceFor(notice); });
            if (notice.kind == StoreNotice::Kind::BackupOffered) {
                offer(notice.backup, text);
            } else if (isOfNow(notice.kind)) {
                addStanding(text);
                watchRoom();
            } else {
                addNotice(text);
            }
        }
    }
    if (isKept()) logged_.clear();
    Q_EMIT chats_->noticesChanged();
}

void ChatState::endStanding() {
    for (const QString& past : std::exchange(standing_, {}))
        notices_.removeAll(past);
    refused_.clear();
}

// Without a file a backup can be read at least.
void ChatState::offerToRead() {
    const auto backups = ConversationStore::backupsOf(file_);
    const auto most = std::max_element(
        backups.begin(), backups.end(), [](const StoredBackup& a, const StoredBackup& b) {
            return std::tie(a.isReadable, a.rows) < std::tie(b.isReadable, b.rows);
        });
    if (most == backups.end() || !most->isReadable || most->rows == 0) return;
    offer(most->file, said(
                          [] {
                              return ChatState::tr(
                                  "The backup %1 holds %2 messages, which can be brought back "
                                  "to be read.");
                          },
                          {pathText(most->file.filename()), QString::number(most->rows)}));
}

void ChatState::offer(const std::filesystem::path& backup, const QString& text) {
    offeredBackup_ = backup;
    offer_ = text;
    addStanding(text);
}

void ChatState::endOffer() {
    offeredBackup_.clear();
    notices_.removeAll(std::exchange(offer_, {}));
    Q_EMIT chats_->noticesChanged();
}

void ChatState::addNotice(const QString& text) {
    if (notices_.contains(text)) return;
    if (!logged_.contains(text)) qWarning("%s", qUtf8Printable(text));
    logged_.append(text);
    notices_.append(text);
    Q_EMIT chats_->noticesChanged();
}

void ChatState::addStanding(const QString& text) {
    standing_.append(text);
    addNotice(text);
}

bool ChatState::isFileIdle() const {
    const auto isOfFile = [](qint64 id) { return !isUnkept(id); };
    return std::none_of(turns_.begin(), turns_.end(),
                        [&](const Turn& turn) { return isOfFile(turn.reply.id); }) &&
           std::none_of(unsaved_.begin(), unsaved_.end(),
                        [&](const StoredMessage& reply) { return isOfFile(reply.id); });
}

bool ChatState::isSaid(StoreNotice::Kind kind) const {
    return std::any_of(store_->notices().begin(), store_->notices().end(),
                       [kind](const StoreNotice& notice) { return notice.kind == kind; });
}

bool ChatState::canTryAgain() const {
    return !isKept() && !isRepairing() && !isSaid(StoreNotice::Kind::NewerVersion);
}

void ChatState::tryAgain() {
    if (!isFileIdle() || isRepairing()) return;
    upkeep_.stop();
    if (!open()) return;
    startUpkeep();
    announceStore();
}

void ChatState::announceStore() {
    Q_EMIT chats_->conversationsChanged();
    if (open_ != 0) Q_EMIT chats_->branchChanged(open_);
}

bool ChatState::mayAccept(qint64 conversationId) {
    if (isUnkept(conversationId) || (conversationId == 0 && nextIsTemporary_)) return true;
    if (!isKept()) tryAgain();
    if (isKept()) return true;
    if (conversationId == 0 && nextIsUnkept_) return true;
    fail(refusal());
    if (!isRepairing()) Q_EMIT chats_->keepingRefused();
    return false;
}

bool ChatState::refuse(qint64 conversationId, const Error& error) {
    const QString reason = presentError(error);
    fail(reason);
    if (isUnkept(conversationId) || error.code == ErrorCode::NotFound) return false;
    startUpkeep();  // it may have met damage
    const QString text =
        said([] { return ChatState::tr("Your chats will not be saved: %1"); }, {reason});
    if (refused_ != text) endRefusal();
    refused_ = text;
    addStanding(text);
    watchRoom();
    Q_EMIT chats_->keepingRefused();
    return false;
}

void ChatState::endRefusal() {
    if (refused_.isEmpty()) return;
    standing_.removeAll(refused_);
    notices_.removeAll(std::exchange(refused_, {}));
    Q_EMIT chats_->noticesChanged();
}

ConversationStore& ChatState::unkept() {
    if (!unkept_) unkept_ = inMemory(storeClock(), kKeptIds + now().toMSecsSinceEpoch());
    return *unkept_;
}

QString ChatState::refusal() const {
    if (isRepairing()) {
        return ChatState::tr(
            "The file of your chats is being repaired; nothing was sent or changed. Try again in a "
            "moment.");
    }
    const bool isFull = isSaid(StoreNotice::Kind::DiskFull);
    return isFull ? ChatState::tr(
                        "The disk is full: the message was not sent, because it could "
                        "not be kept. Free some space and send it again.")
                  : ChatState::tr("The message was not sent, because it could not be kept.");
}

std::vector<StoredConversation> ChatState::allConversations() {
    std::vector<StoredConversation> all = valueOf(store_->conversations());
    if (!unkept_) return all;
    for (StoredConversation& conversation : valueOf(unkept_->conversations()))
        all.push_back(std::move(conversation));
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
        return std::tie(a.pinned, a.updated) > std::tie(b.pinned, b.updated);
    });
    return all;
}

std::vector<StoredHit> ChatState::searchAll(const std::string& text, int limit,
                                            const StoredScope& scope) {
    std::vector<StoredHit> hits;
    if (unkept_) hits = valueOf(unkept_->search(text, limit, scope));
    for (StoredHit& hit : valueOf(store_->search(text, limit, scope)))
        hits.push_back(std::move(hit));
    hits.resize(std::min(hits.size(), static_cast<std::size_t>(limit)));
    return hits;
}

bool ChatState::restoreBackup(const std::filesystem::path& backup) {
    const auto carried = store_->bringBack(backup);
    if (!carried) {
        fail(presentError(carried.error()));
        return false;
    }
    if (!hasFile_) store_->stopWriting();  // what is changed now would be gone at the end
    endOffer();
    startUpkeep();
    announceStore();
    return true;
}

bool ChatState::declineBackups() {
    if (!succeeded(store_->declineBackups())) return false;
    endOffer();
    return true;
}

void ChatState::startUpkeep() {
    if (!hasFile_ || isRepairing() || upkeep_.isRunning()) return;
    const UpkeepTask task = store_->dueUpkeep();
    if (task.isEmpty()) return;
    upkeep_.start(
        [file = file_, task, now = toStoreTime(clock_())](const std::stop_token& stop) {
            return ConversationStore::keepUp(file, task, now, stop);
        },
        [this](const UpkeepReport& report) { finishUpkeep(report); });
}

void ChatState::finishUpkeep(const UpkeepReport& report) {
    store_->noteUpkeep(report);
    // What the last one could not do is over, or is said anew.
    if (report.backup || !report.problem.empty()) {
        notices_.removeAll(std::exchange(noBackup_, {}));
        Q_EMIT chats_->noticesChanged();
    }
    if (!report.problem.empty()) {
        StoreNotice notice;
        notice.kind = StoreNotice::Kind::BackupFailed;
        notice.reason = report.problem;
        noBackup_ = said([notice] { return sentenceFor(notice); });
        addNotice(noBackup_);
    }
    isDamaged_ = report.isDamaged;
    repairWhenIdle();
}

void ChatState::repairWhenIdle() {
    if (!isDamaged_ || isRepairing() || !isFileIdle()) return;
    isDamaged_ = false;
    store_->stopWriting();
    startRepair(Doubt::None);
}

}  // namespace dsm
