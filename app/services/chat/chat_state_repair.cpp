// The file of the chats that cannot be used as it is: repaired beside the use, or, where that fails
// too, read as far as it can be.
#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

#include "app/services/chat/chat_state.h"
#include "app/services/program/path_text.h"
#include "app/services/program/reason_words.h"
#include "app/services/program/said.h"
#include "app/store/base/sqlite_error.h"

namespace dsm {
namespace {

// Less may be too little for what SQLite writes beside a file.
constexpr std::uintmax_t kLittleRoom = 16U << 20;
constexpr std::uintmax_t kSomeRoom = 1U << 20;
constexpr std::chrono::seconds kLookForRoom{3};

bool holdsAnything(const Salvaged& salvaged) {
    return salvaged.fromDamaged.parents + salvaged.fromDamaged.rows + salvaged.fromBackup.parents >
           0;
}

}  // namespace

void ChatState::startRepair(Doubt doubt, bool isDamaged) {
    upkeep_.stop();
    repair_.start(
        [file = file_, clock = storeClock(), doubt](const std::stop_token& stop) {
            return repair<ConversationStore>(file, clock, doubt, stop);
        },
        [this](Result<Repaired<ConversationStore>> repaired) {
            finishRepair(std::move(repaired));
        });
    addStanding(said([isDamaged] {
        return isDamaged ? ChatState::tr(
                               "The file of your chats is damaged and is being repaired. "
                               "Until that is done nothing is sent; what you write stays.")
                         : ChatState::tr(
                               "The file of your chats could not be opened at once. Until it "
                               "has been looked at nothing is sent; what you write stays.");
    }));
}

void ChatState::finishRepair(Result<Repaired<ConversationStore>> repaired) {
    if (!repaired) return startReading(repaired.error());
    if (repaired->sound) {
        take(std::move(repaired->sound));
    } else {
        store_.reset();  // before its file is moved
        auto opened = ConversationStore::openSalvaged(file_, storeClock(), repaired->salvaged);
        if (!opened) {
            store_ = inMemory(storeClock());
            hasFile_ = false;
            return startReading(opened.error());
        }
        take(std::move(opened));
    }
    startUpkeep();
    announceStore();
}

void ChatState::startReading(const Error& why) {
    upkeep_.stop();
    repair_.start(
        [file = file_, clock = storeClock()](const std::stop_token& stop) {
            return ConversationStore::openToRead(file, clock, stop);
        },
        [this, why](Result<ConversationStore::Readable> readable) {
            showWhatCanBeRead(why, readable ? std::move(*readable) : ConversationStore::Readable{});
        });
}

void ChatState::showWhatCanBeRead(const Error& why, ConversationStore::Readable readable) {
    endStanding();
    const QString file = pathText(file_);
    const QString reason = presentError(why);
    const bool isShown = readable.store && holdsAnything(readable.salvaged);
    if (isShown) {
        store_ = std::move(readable.store);
        hasFile_ = false;
    }
    // What was open before, or was brought back to be read, stays in sight.
    isHidden_ = !isShown && !hasFile_ && valueOf(store_->conversations()).empty();
    if (!isHidden_) {
        addStanding(said(
            [] {
                return ChatState::tr(
                    "The file of your chats, %1, could not be repaired or opened: "
                    "%2 What can be read of it is shown, but cannot be changed.");
            },
            {file, reason}));
    } else {
        addStanding(said(
            [] {
                return ChatState::tr(
                    "Your chats are still in %1, but could not be opened: %2 "
                    "Nothing was removed. Try again once the cause is gone.");
            },
            {file, reason}));
        offerToRead();
    }
    if (isShown && readable.salvaged.backup && readable.salvaged.fromBackup.rows > 0) {
        addStanding(
            said([] { return ChatState::tr("%1 of the messages shown come from the backup %2."); },
                 {QString::number(readable.salvaged.fromBackup.rows),
                  pathText(readable.salvaged.backup->filename())}));
    }
    watchRoom();
    announceStore();
}

// A check says how far the damage goes; what is only read is read around it.
void ChatState::meetDamage(const Error& error) {
    if (!hasFile_ || isRepairing()) return;
    QTimer::singleShot(0, &lookingAfter_, [this, error] {
        if (!hasFile_ || isRepairing()) return;
        store_->isReadOnly() ? startReading(error) : startUpkeep();
    });
}

// Where room may be what is missing: as soon as there is more of it.
void ChatState::watchRoom() {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(file_, error);
    roomLacked_ = roomFor(file_);
    if (roomLacked_ < std::max(kLittleRoom, error ? 0 : 2 * size)) room_.start(kLookForRoom);
}

void ChatState::useNewRoom() {
    if (roomFor(file_) < roomLacked_ + kSomeRoom || isRepairing()) return;
    room_.stop();
    if (isKept()) return endRefusal();
    tryAgain();
}

}  // namespace dsm
