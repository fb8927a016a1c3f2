// The trash of conversations, and the time by which it is emptied.
#include <algorithm>
#include <string>

#include "app/store/conversation_store.h"
#include "app/store/search_index.h"
#include "app/store/store_access.h"
#include "app/store/store_state.h"

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

bool ConversationStore::isExpired(std::int64_t id, std::int64_t deletedMs, std::int64_t seenMs) {
    SQLite::Database& connection = database_->connection();
    auto since = stateNumber(connection, trashKey(id));
    if (!since) {
        const std::int64_t age = toMilliseconds(clock_()) - deletedMs;
        since = seenMs - std::clamp<std::int64_t>(age, 0, inMilliseconds(kBelievedAge));
        setState(connection, trashKey(id), *since);
    }
    return seenMs - *since >= inMilliseconds(kTrashLasts);
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
    bool indexFails = false;
    auto purged = committed(*database_, Durability::Full, [&]() -> std::int64_t {
        const std::int64_t seen = seenTime();
        std::vector<std::int64_t> expired;
        {
            Query query = database_->query(
                "SELECT id, deleted_ms FROM conversations WHERE deleted_ms IS NOT NULL");
            while (query->executeStep()) {
                const std::int64_t id = query->getColumn(0).getInt64();
                if (isExpired(id, query->getColumn(1).getInt64(), seen)) expired.push_back(id);
            }
        }
        for (const std::int64_t id : expired) {
            removeState(database_->connection(), trashKey(id));
            try {
                Query purge = database_->query("DELETE FROM conversations WHERE id = ?");
                purge->bind(1, id);
                purge->exec();
            } catch (const SQLite::Exception& exception) {
                indexFails = isFailureOfIndex(exception);
                throw;
            }
        }
        return static_cast<std::int64_t>(expired.size());
    });
    if (purged || !indexFails) return purged;
    // The triggers that clean the index fail: the trash waits until it is made anew.
    return committed(*database_, Durability::Full, [&]() -> std::int64_t {
        markIndexStale(database_->connection());
        return 0;
    });
}

}  // namespace dsm
