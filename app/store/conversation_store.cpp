#include "app/store/conversation_store.h"

#include <type_traits>
#include <utility>

#include "app/store/database.h"
#include "app/store/message_row.h"
#include "app/store/schema.h"
#include "app/store/search_text.h"

namespace dsm {
namespace {

constexpr const char* kConversationById =
    "SELECT id, title, title_is_automatic, pinned, created_ms, updated_ms, deleted_ms,"
    " current_leaf, sampling, system_prompt FROM conversations WHERE id = ?";
constexpr const char* kConversationsByUse =
    "SELECT id, title, title_is_automatic, pinned, created_ms, updated_ms, deleted_ms,"
    " current_leaf, sampling, system_prompt FROM conversations WHERE deleted_ms IS NULL"
    " ORDER BY pinned DESC, updated_ms DESC, id DESC";
constexpr const char* kConversationsInTrash =
    "SELECT id, title, title_is_automatic, pinned, created_ms, updated_ms, deleted_ms,"
    " current_leaf, sampling, system_prompt FROM conversations WHERE deleted_ms IS NOT NULL"
    " ORDER BY deleted_ms DESC, id DESC";

// Newest first, not by a measure of relevance: that would have to look at every match, which took
// 120 ms for a word of 20,000 messages, where the newest 50 took 3 ms (2 cores, November 2026).
// CROSS JOIN keeps the index the outer loop, so that the limit ends it early.
constexpr const char* kSearchTitles =
    "SELECT c.id, 0, c.title, snippet(title_index, 0, char(2), char(3), '…', 24), c.updated_ms"
    " FROM title_index AS t CROSS JOIN conversations AS c ON c.id = t.rowid"
    " WHERE title_index MATCH ?1 AND c.deleted_ms IS NULL ORDER BY t.rowid DESC LIMIT ?2";
constexpr const char* kSearchMessages =
    "SELECT c.id, m.id, c.title, snippet(message_index, 0, char(2), char(3), '…', 24),"
    " c.updated_ms FROM message_index AS t CROSS JOIN messages AS m ON m.id = t.rowid"
    " CROSS JOIN conversations AS c ON c.id = m.conversation_id"
    " WHERE message_index MATCH ?1 AND c.deleted_ms IS NULL ORDER BY t.rowid DESC LIMIT ?2";

// From a message up to its root. UNION, not UNION ALL: parents that form a circle, which only a
// damaged file can hold, end the search.
#define DSM_WAY_UP                                                         \
    "way (id) AS (SELECT ?1 UNION SELECT up.parent_id FROM messages AS up" \
    " JOIN way ON up.id = way.id WHERE up.parent_id IS NOT NULL)"

StoredConversation readConversation(SQLite::Statement& row) {
    StoredConversation conversation;
    conversation.id = row.getColumn(0).getInt64();
    conversation.title = row.getColumn(1).getString();
    conversation.titleIsAutomatic = row.getColumn(2).getInt() != 0;
    conversation.pinned = row.getColumn(3).getInt() != 0;
    conversation.created = fromMilliseconds(row.getColumn(4).getInt64());
    conversation.updated = fromMilliseconds(row.getColumn(5).getInt64());
    if (!row.isColumnNull(6)) conversation.deleted = fromMilliseconds(row.getColumn(6).getInt64());
    conversation.currentLeaf = row.getColumn(7).getInt64();
    conversation.samplingJson = row.getColumn(8).getString();
    conversation.systemPrompt = row.getColumn(9).getString();
    return conversation;
}

StoredHit readHit(SQLite::Statement& row) {
    StoredHit hit;
    hit.conversationId = row.getColumn(0).getInt64();
    hit.messageId = row.getColumn(1).getInt64();
    hit.title = row.getColumn(2).getString();
    hit.snippet = textFromIndex(row.getColumn(3).getString());
    hit.updated = fromMilliseconds(row.getColumn(4).getInt64());
    return hit;
}

// Carries what a caller must hear of out of a transaction, which it thereby rolls back.
struct Refused {
    Error error;
};

[[noreturn]] void refuse(std::string message) {
    throw Refused{{ErrorCode::NotFound, std::move(message)}};
}

[[noreturn]] void refuseConversation(std::int64_t id) {
    refuse("There is no conversation " + std::to_string(id) + ".");
}

template <class Action>
auto guarded(Database& database, Action&& action) -> Result<std::invoke_result_t<Action>> {
    try {
        if constexpr (std::is_void_v<std::invoke_result_t<Action>>) {
            action();
            return {};
        } else {
            return action();
        }
    } catch (const SQLite::Exception& exception) {
        return tl::unexpected(databaseError(exception, database.file()));
    } catch (const Refused& refused) {
        return tl::unexpected(refused.error);
    }
}

// As above, in one transaction of the given durability.
template <class Action>
auto committed(Database& database, ConversationStore::Durability durability, Action&& action) {
    return guarded(database, [&] {
        database.setFullSync(durability == ConversationStore::Durability::Full);
        SQLite::Transaction transaction(database.connection());
        if constexpr (std::is_void_v<std::invoke_result_t<Action>>) {
            action();
            transaction.commit();
        } else {
            auto result = action();
            transaction.commit();
            return result;
        }
    });
}

std::vector<StoredMessage> readMessages(SQLite::Statement& rows) {
    std::vector<StoredMessage> messages;
    while (rows.executeStep())
        messages.push_back(readMessage(rows));
    return messages;
}

std::vector<StoredConversation> readConversations(SQLite::Statement& rows) {
    std::vector<StoredConversation> conversations;
    while (rows.executeStep())
        conversations.push_back(readConversation(rows));
    return conversations;
}

}  // namespace

ConversationStore::ConversationStore(std::unique_ptr<Database> database, StoreClock clock)
    : database_(std::move(database)), clock_(std::move(clock)) {}

ConversationStore::~ConversationStore() = default;

Result<std::unique_ptr<ConversationStore>> ConversationStore::open(
    const std::filesystem::path& file, StoreClock clock) {
    auto database = Database::open(file, historyMigrations(), clock);
    if (!database) return tl::unexpected(database.error());
    std::unique_ptr<ConversationStore> store(
        new ConversationStore(std::move(*database), std::move(clock)));
    if (store->isReadOnly()) return store;
    if (auto finished = store->finishInterrupted(); !finished) {
        return tl::unexpected(finished.error());
    }
    if (auto purged = store->purgeTrash(); !purged) return tl::unexpected(purged.error());
    return store;
}

Result<std::unique_ptr<ConversationStore>> ConversationStore::openInMemory(StoreClock clock) {
    auto database = Database::openInMemory(historyMigrations());
    if (!database) return tl::unexpected(database.error());
    return std::unique_ptr<ConversationStore>(
        new ConversationStore(std::move(*database), std::move(clock)));
}

const std::vector<StoreNotice>& ConversationStore::notices() const {
    return database_->notices();
}

bool ConversationStore::isReadOnly() const {
    return database_->isReadOnly();
}

Result<void> ConversationStore::finishInterrupted() {
    return committed(*database_, Durability::Full, [&] {
        std::vector<StoredMessage> interrupted;
        {
            Query query = database_->query("SELECT " DSM_MESSAGE_COLUMNS
                                           " FROM messages AS m WHERE m.state = 1");
            interrupted = readMessages(*query);
        }
        for (const StoredMessage& message : interrupted) {
            Query update = database_->query("UPDATE messages SET state = 2 WHERE id = ?");
            update->bind(1, message.id);
            update->exec();
            indexMessage(message.id, message.text);
        }
    });
}

Result<std::int64_t> ConversationStore::createConversation(std::string_view title,
                                                           bool titleIsAutomatic) {
    return committed(*database_, Durability::Full,
                     [&] { return insertConversation(title, titleIsAutomatic); });
}

Result<std::optional<StoredConversation>> ConversationStore::conversation(std::int64_t id) {
    return guarded(*database_, [&]() -> std::optional<StoredConversation> {
        Query query = database_->query(kConversationById);
        query->bind(1, id);
        if (!query->executeStep()) return std::nullopt;
        return readConversation(*query);
    });
}

Result<std::vector<StoredConversation>> ConversationStore::conversations() {
    return guarded(*database_, [&] {
        Query query = database_->query(kConversationsByUse);
        return readConversations(*query);
    });
}

Result<std::vector<StoredConversation>> ConversationStore::trash() {
    return guarded(*database_, [&] {
        Query query = database_->query(kConversationsInTrash);
        return readConversations(*query);
    });
}

Result<void> ConversationStore::rename(std::int64_t id, std::string_view title,
                                       bool titleIsAutomatic) {
    return committed(*database_, Durability::Full, [&] {
        Query update = database_->query(
            "UPDATE conversations SET title = ?, title_is_automatic = ? WHERE id = ?");
        update->bind(1, std::string(title));
        update->bind(2, titleIsAutomatic ? 1 : 0);
        update->bind(3, id);
        if (update->exec() == 0) refuseConversation(id);
        indexTitle(id, title);
    });
}

Result<void> ConversationStore::setPinned(std::int64_t id, bool pinned) {
    return committed(*database_, Durability::Full, [&] {
        Query update = database_->query("UPDATE conversations SET pinned = ? WHERE id = ?");
        update->bind(1, pinned ? 1 : 0);
        update->bind(2, id);
        if (update->exec() == 0) refuseConversation(id);
    });
}

Result<void> ConversationStore::setSamplingJson(std::int64_t id, std::string_view json) {
    return committed(*database_, Durability::Full, [&] {
        Query update = database_->query("UPDATE conversations SET sampling = ? WHERE id = ?");
        update->bind(1, std::string(json));
        update->bind(2, id);
        if (update->exec() == 0) refuseConversation(id);
    });
}

Result<void> ConversationStore::setSystemPrompt(std::int64_t id, std::string_view prompt) {
    return committed(*database_, Durability::Full, [&] {
        Query update = database_->query("UPDATE conversations SET system_prompt = ? WHERE id = ?");
        update->bind(1, std::string(prompt));
        update->bind(2, id);
        if (update->exec() == 0) refuseConversation(id);
    });
}

Result<void> ConversationStore::moveToTrash(std::int64_t id) {
    return committed(*database_, Durability::Full, [&] {
        Query update = database_->query("UPDATE conversations SET deleted_ms = ? WHERE id = ?");
        update->bind(1, toMilliseconds(clock_()));
        update->bind(2, id);
        if (update->exec() == 0) refuseConversation(id);
    });
}

Result<void> ConversationStore::restore(std::int64_t id) {
    return committed(*database_, Durability::Full, [&] {
        Query update = database_->query("UPDATE conversations SET deleted_ms = NULL WHERE id = ?");
        update->bind(1, id);
        if (update->exec() == 0) refuseConversation(id);
    });
}

Result<std::int64_t> ConversationStore::purgeTrash() {
    return committed(*database_, Durability::Full, [&]() -> std::int64_t {
        Query purge = database_->query("DELETE FROM conversations WHERE deleted_ms <= ?");
        purge->bind(1, toMilliseconds(clock_() - kTrashLasts));
        return purge->exec();
    });
}

Result<std::vector<std::int64_t>> ConversationStore::addMessages(std::vector<StoredMessage> chain,
                                                                 Durability durability) {
    return committed(*database_, durability, [&] { return insertChain(chain); });
}

Result<ConversationStore::Started> ConversationStore::startConversation(
    std::string_view title, bool titleIsAutomatic, std::vector<StoredMessage> chain,
    Durability durability) {
    return committed(*database_, durability, [&] {
        Started started;
        started.conversationId = insertConversation(title, titleIsAutomatic);
        for (StoredMessage& message : chain)
            message.conversationId = started.conversationId;
        started.messageIds = insertChain(chain);
        return started;
    });
}

Result<void> ConversationStore::updateReply(const StoredMessage& message, Durability durability) {
    return committed(*database_, durability, [&] {
        Query update = database_->query(
            "UPDATE messages SET state = ?, text = ?, model_name = ?, token_ids = ?,"
            " statistics = ?, stop_reason = ?, error = ? WHERE id = ?");
        const std::string ids = packTokenIds(message.tokenIds);
        update->bind(1, static_cast<int>(message.state));
        update->bind(2, message.text);
        update->bind(3, message.modelName);
        update->bind(4, ids.data(), static_cast<int>(ids.size()));
        update->bind(5, packStatistics(message.statistics));
        update->bind(6, message.stopReason);
        update->bind(7, message.error);
        update->bind(8, message.id);
        if (update->exec() == 0) refuse("There is no message " + std::to_string(message.id) + ".");
        if (message.state != StoredMessage::State::Generating) {
            indexMessage(message.id, message.text);
        }
    });
}

Result<std::optional<StoredMessage>> ConversationStore::message(std::int64_t id) {
    return guarded(*database_, [&]() -> std::optional<StoredMessage> {
        Query query =
            database_->query("SELECT " DSM_MESSAGE_COLUMNS " FROM messages AS m WHERE m.id = ?");
        query->bind(1, id);
        if (!query->executeStep()) return std::nullopt;
        return readMessage(*query);
    });
}

Result<std::vector<StoredMessage>> ConversationStore::path(std::int64_t conversationId) {
    auto found = conversation(conversationId);
    if (!found) return tl::unexpected(found.error());
    if (!*found || (*found)->currentLeaf == 0) return std::vector<StoredMessage>{};
    return pathTo((*found)->currentLeaf);
}

Result<std::vector<StoredMessage>> ConversationStore::pathTo(std::int64_t messageId) {
    return guarded(*database_, [&] {
        // A child is always younger than its parent, so that ids rise along the way.
        Query query = database_->query("WITH RECURSIVE " DSM_WAY_UP " SELECT " DSM_MESSAGE_COLUMNS
                                       " FROM way JOIN messages AS m ON m.id = way.id"
                                       " ORDER BY m.id");
        query->bind(1, messageId);
        return readMessages(*query);
    });
}

Result<std::vector<std::int64_t>> ConversationStore::siblings(std::int64_t messageId) {
    return guarded(*database_, [&] {
        Query query = database_->query(
            "SELECT other.id FROM messages AS m JOIN messages AS other"
            " ON other.conversation_id = m.conversation_id AND other.parent_id IS m.parent_id"
            " WHERE m.id = ? ORDER BY other.id");
        query->bind(1, messageId);
        std::vector<std::int64_t> ids;
        while (query->executeStep())
            ids.push_back(query->getColumn(0).getInt64());
        return ids;
    });
}

Result<void> ConversationStore::selectBranch(std::int64_t messageId) {
    return committed(*database_, Durability::Normal, [&] {
        Query update = database_->query(
            "WITH RECURSIVE below (id) AS (SELECT ?1 UNION SELECT m.id FROM messages AS m"
            " JOIN below ON m.parent_id = below.id)"
            " UPDATE conversations SET current_leaf = (SELECT max(id) FROM below)"
            " WHERE id = (SELECT conversation_id FROM messages WHERE id = ?1)");
        update->bind(1, messageId);
        if (update->exec() == 0) refuse("There is no message " + std::to_string(messageId) + ".");
    });
}

Result<std::vector<StoredHit>> ConversationStore::search(std::string_view text, int limit) {
    const std::string words = searchQuery(text);
    if (words.empty()) return std::vector<StoredHit>{};
    return guarded(*database_, [&] {
        std::vector<StoredHit> hits;
        for (const char* sql : {kSearchTitles, kSearchMessages}) {
            Query query = database_->query(sql);
            query->bind(1, words);
            query->bind(2, limit - static_cast<int>(hits.size()));
            while (query->executeStep())
                hits.push_back(readHit(*query));
        }
        return hits;
    });
}

std::int64_t ConversationStore::insertConversation(std::string_view title, bool titleIsAutomatic) {
    const std::int64_t now = toMilliseconds(clock_());
    Query insert = database_->query(
        "INSERT INTO conversations (title, title_is_automatic, created_ms, updated_ms)"
        " VALUES (?1, ?2, ?3, ?3)");
    insert->bind(1, std::string(title));
    insert->bind(2, titleIsAutomatic ? 1 : 0);
    insert->bind(3, now);
    insert->exec();
    const std::int64_t id = database_->connection().getLastInsertRowid();
    indexTitle(id, title);
    return id;
}

std::vector<std::int64_t> ConversationStore::insertChain(std::vector<StoredMessage>& chain) {
    std::vector<std::int64_t> ids;
    for (StoredMessage& message : chain) {
        if (!ids.empty()) message.parentId = ids.back();
        ids.push_back(insertMessage(message));
    }
    if (!ids.empty()) makeLeaf(chain.back().conversationId, ids.back());
    return ids;
}

std::int64_t ConversationStore::insertMessage(const StoredMessage& message) {
    if (message.parentId != 0) {
        Query parent = database_->query("SELECT conversation_id FROM messages WHERE id = ?");
        parent->bind(1, message.parentId);
        if (!parent->executeStep() || parent->getColumn(0).getInt64() != message.conversationId) {
            refuse("There is no message " + std::to_string(message.parentId) + " in conversation " +
                   std::to_string(message.conversationId) + ".");
        }
    }
    Query insert = database_->query(
        "INSERT INTO messages (conversation_id, parent_id, role, state, text, created_ms,"
        " model_name, token_ids, statistics, stop_reason, error)"
        " SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11 FROM conversations WHERE id = ?1");
    const std::string ids = packTokenIds(message.tokenIds);
    insert->bind(1, message.conversationId);
    if (message.parentId != 0) insert->bind(2, message.parentId);
    insert->bind(3, static_cast<int>(message.role));
    insert->bind(4, static_cast<int>(message.state));
    insert->bind(5, message.text);
    insert->bind(6, toMilliseconds(clock_()));
    insert->bind(7, message.modelName);
    insert->bind(8, ids.data(), static_cast<int>(ids.size()));
    insert->bind(9, packStatistics(message.statistics));
    insert->bind(10, message.stopReason);
    insert->bind(11, message.error);
    if (insert->exec() == 0) refuseConversation(message.conversationId);
    const std::int64_t id = database_->connection().getLastInsertRowid();
    if (message.state != StoredMessage::State::Generating) indexMessage(id, message.text);
    return id;
}

void ConversationStore::indexMessage(std::int64_t id, std::string_view text) {
    Query remove = database_->query("DELETE FROM message_index WHERE rowid = ?");
    remove->bind(1, id);
    remove->exec();
    Query insert = database_->query("INSERT INTO message_index (rowid, text) VALUES (?, ?)");
    insert->bind(1, id);
    insert->bind(2, textForIndex(text));
    insert->exec();
}

void ConversationStore::indexTitle(std::int64_t id, std::string_view title) {
    Query remove = database_->query("DELETE FROM title_index WHERE rowid = ?");
    remove->bind(1, id);
    remove->exec();
    Query insert = database_->query("INSERT INTO title_index (rowid, text) VALUES (?, ?)");
    insert->bind(1, id);
    insert->bind(2, textForIndex(title));
    insert->exec();
}

void ConversationStore::makeLeaf(std::int64_t conversationId, std::int64_t messageId) {
    Query update =
        database_->query("UPDATE conversations SET current_leaf = ?, updated_ms = ? WHERE id = ?");
    update->bind(1, messageId);
    update->bind(2, toMilliseconds(clock_()));
    update->bind(3, conversationId);
    update->exec();
}

}  // namespace dsm
