// The trash of conversations, and the time by which it is emptied.
#include <algorithm>
#include <string>

#include "app/store/base/store_state.h"
#include "app/store/conversation_store.h"
#include "app/store/search/search_index.h"
#include "app/store/store_access.h"

namespace dsm {
namespace {

// Between two starts of a program that is used; longer, the clock may have jumped, and no time
// counts as seen. The price: after a long absence the trash lasts that much longer.
constexpr std::chrono::days kPlausiblePause{45};
// Of a conversation whose deletion no seen time is known of, at most so much counts.
constexpr std::chrono::days kBelievedAge{23};

constexpr std::int64_t inMilliseconds(std::chrono::milliseconds time) {
    return time.count();
}

std::string trashKey(std::int64_t id) {
    return "trash:" + std::to_string(id);
}

}  // namespace

// Grows with the clock while that is plausible.
std::int64_t ConversationStore::seenTime() {
    SQLite::Database& connection = database_->connection();
    const std::int64_t now = toMilliseconds(clock_());
    const std::int64_t last = stateNumber(connection, "start_ms").value_or(now);
    const std::int64_t passed = now - last;
    std::int64_t seen = stateNumber(connection, "seen_ms").value_or(0);
    if (passed > 0 && passed <= inMilliseconds(kPlausiblePause)) seen += passed;
    setState(connection, "start_ms", now);
    setState(connection, "seen_ms", seen);
    return seen;
}

std::int64_t ConversationStore::trashedSince(std::int64_t id, std::int64_t deletedMs,
                                             std::int64_t seenMs) {
    const auto since = stateNumber(database_->connection(), trashKey(id));
    if (since) return *since;
    const std::int64_t age = toMilliseconds(clock_()) - deletedMs;
    return seenMs - std::clamp<std::int64_t>(age, 0, inMilliseconds(kBelievedAge));
}

bool ConversationStore::isExpired(std::int64_t id, std::int64_t deletedMs, std::int64_t seenMs) {
    const std::int64_t since = trashedSince(id, deletedMs, seenMs);
    setState(database_->connection(), trashKey(id), since);
    return seenMs - since >= inMilliseconds(kTrashLasts);
}

Result<void> ConversationStore::moveToTrash(std::int64_t id) {
    return committed(*database_, Durability::Full, [&] {
        Query update = database_->query("UPDATE conversations SET deleted_ms = ? WHERE id = ?");
        update->bind(1, toMilliseconds(clock_()));
        update->bind(2, id);
        if (update->exec() == 0) refuseConversation(id);
        setState(database_->connection(), trashKey(id), seenTime());
    });
}

Result<void> ConversationStore::restore(std::int64_t id) {
    return committed(*database_, Durability::Full, [&] {
        Query update = database_->query("UPDATE conversations SET deleted_ms = NULL WHERE id = ?");
        update->bind(1, id);
        if (update->exec() == 0) refuseConversation(id);
        removeState(database_->connection(), trashKey(id));
    });
}

Result<std::int64_t> ConversationStore::purgeTrash() {
    return removing([this] {
        const std::int64_t seen = seenTime();
        std::vector<std::int64_t> expired;
        Query query = database_->query(
            "SELECT id, deleted_ms FROM conversations WHERE deleted_ms IS NOT NULL");
        while (query->executeStep()) {
            const std::int64_t id = query->getColumn(0).getInt64();
            if (isExpired(id, query->getColumn(1).getInt64(), seen)) expired.push_back(id);
        }
        return expired;
    });
}

Result<std::int64_t> ConversationStore::removeForGood(const std::vector<std::int64_t>& ids) {
    return removing([&ids] { return ids; });
}

Result<std::int64_t> ConversationStore::removing(
    const std::function<std::vector<std::int64_t>()>& which) {
    bool indexFails = false;
    auto removed = committed(*database_, Durability::Full, [&]() -> std::int64_t {
        std::int64_t count = 0;
        for (const std::int64_t id : which()) {
            try {
                Query purge = database_->query(
                    "DELETE FROM conversations WHERE id = ? AND deleted_ms IS NOT NULL");
                purge->bind(1, id);
                if (purge->exec() == 0) continue;
            } catch (const SQLite::Exception& exception) {
                indexFails = isFailureOfIndex(exception);
                throw;
            }
            removeState(database_->connection(), trashKey(id));
            ++count;
        }
        return count;
    });
    if (removed || !indexFails) return removed;
    // The triggers that clean the index fail: the trash waits until it is made anew.
    return committed(*database_, Durability::Full, [&]() -> std::int64_t {
        markIndexStale(database_->connection());
        return 0;
    });
}

Result<std::chrono::milliseconds> ConversationStore::timeInTrash(std::int64_t id) {
    return guarded(*database_, [&] {
        Query query = database_->query("SELECT deleted_ms FROM conversations WHERE id = ?");
        query->bind(1, id);
        if (!query->executeStep() || query->isColumnNull(0)) refuseConversation(id);
        // As at the last start: looking changes nothing.
        const std::int64_t seen = stateNumber(database_->connection(), "seen_ms").value_or(0);
        const std::int64_t since = trashedSince(id, query->getColumn(0).getInt64(), seen);
        return std::chrono::milliseconds(
            std::max<std::int64_t>(0, inMilliseconds(kTrashLasts) - (seen - since)));
    });
}

}  // namespace dsm
