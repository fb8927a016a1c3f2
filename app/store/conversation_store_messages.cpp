// The messages of conversations: a tree, of which a conversation shows one way.
#include <utility>

#include "app/store/conversation_store.h"
#include "app/store/index_entries.h"
#include "app/store/message_row.h"
#include "app/store/store_access.h"

namespace dsm {
namespace {

// From a message up to its root. UNION, not UNION ALL: parents that form a circle, which only a
// damaged file can hold, end the search.
#define DSM_WAY_UP                                                         \
    "way (id) AS (SELECT ?1 UNION SELECT up.parent_id FROM messages AS up" \
    " JOIN way ON up.id = way.id WHERE up.parent_id IS NOT NULL)"

std::vector<StoredMessage> readMessages(SQLite::Statement& rows) {
    std::vector<StoredMessage> messages;
    while (rows.executeStep())
        messages.push_back(readMessage(rows));
    return messages;
}

std::vector<std::int64_t> readIds(SQLite::Statement& rows) {
    std::vector<std::int64_t> ids;
    while (rows.executeStep())
        ids.push_back(rows.getColumn(0).getInt64());
    return ids;
}

}  // namespace

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
            indexMessage(*database_, message.id, message.text);
        }
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
        update->bind(5, packStatistics(message));
        update->bind(6, message.stopReason);
        update->bind(7, message.error);
        update->bind(8, message.id);
        if (update->exec() == 0) refuse(ReasonCode::MessageGone, message.id);
        if (message.state != StoredMessage::State::Generating) {
            indexMessage(*database_, message.id, message.text);
        }
    });
}

Result<void> ConversationStore::setRating(std::int64_t messageId, ReplyRating rating) {
    return committed(*database_, Durability::Full, [&] {
        Query update = database_->query("UPDATE messages SET rating = ? WHERE id = ? AND role = ?");
        update->bind(1, static_cast<int>(rating));
        update->bind(2, messageId);
        update->bind(3, static_cast<int>(ChatRole::Assistant));
        if (update->exec() == 0) refuse(ReasonCode::MessageGone, messageId);
    });
}

Result<std::string> ConversationStore::attachedTexts(std::int64_t messageId) {
    return guarded(*database_, [&] {
        Query query = database_->query("SELECT attached_texts FROM messages WHERE id = ?");
        query->bind(1, messageId);
        return query->executeStep() ? query->getColumn(0).getString() : std::string();
    });
}

Result<void> ConversationStore::setSummary(std::int64_t messageId, std::string_view summary) {
    return committed(*database_, Durability::Full, [&] {
        Query update = database_->query("UPDATE messages SET summary = ? WHERE id = ?");
        update->bind(1, std::string(summary));
        update->bind(2, messageId);
        if (update->exec() == 0) refuse(ReasonCode::MessageGone, messageId);
    });
}

Result<void> ConversationStore::setPrompt(std::int64_t messageId, std::string_view prompt,
                                          std::string_view attached) {
    return committed(*database_, Durability::Normal, [&] {
        Query update =
            database_->query("UPDATE messages SET prompt = ?, attached = ? WHERE id = ?");
        update->bind(1, std::string(prompt));
        update->bind(2, std::string(attached));
        update->bind(3, messageId);
        if (update->exec() == 0) refuse(ReasonCode::MessageGone, messageId);
    });
}

Result<std::vector<std::int64_t>> ConversationStore::conversationsRated(ReplyRating rating) {
    return guarded(*database_, [&] {
        Query query = database_->query(
            "SELECT DISTINCT m.conversation_id FROM messages AS m JOIN conversations AS c"
            " ON c.id = m.conversation_id WHERE m.rating = ? AND m.rating <> 0"
            " AND c.deleted_ms IS NULL");
        query->bind(1, static_cast<int>(rating));
        return readIds(*query);
    });
}

Result<std::vector<std::int64_t>> ConversationStore::conversationsOf(std::string_view modelName) {
    return guarded(*database_, [&] {
        Query query = database_->query(
            "SELECT DISTINCT m.conversation_id FROM messages AS m JOIN conversations AS c"
            " ON c.id = m.conversation_id WHERE m.model_name = ? AND m.model_name <> ''"
            " AND c.deleted_ms IS NULL");
        query->bind(1, std::string(modelName));
        return readIds(*query);
    });
}

Result<std::vector<std::string>> ConversationStore::modelNames() {
    return guarded(*database_, [&] {
        Query query = database_->query(
            "SELECT DISTINCT model_name FROM messages WHERE model_name <> '' ORDER BY model_name");
        std::vector<std::string> names;
        while (query->executeStep())
            names.push_back(query->getColumn(0).getString());
        return names;
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
        return readIds(*query);
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
        if (update->exec() == 0) refuse(ReasonCode::MessageGone, messageId);
    });
}

std::vector<std::int64_t> ConversationStore::insertChain(std::vector<StoredMessage>& chain) {
    std::vector<std::int64_t> ids;
    for (StoredMessage& message : chain) {
        if (!ids.empty()) message.parentId = ids.back();
        ids.push_back(insertMessage(message, toMilliseconds(clock_())));
    }
    if (!ids.empty()) makeLeaf(chain.back().conversationId, ids.back());
    return ids;
}

std::int64_t ConversationStore::insertMessage(const StoredMessage& message,
                                              std::int64_t createdMs) {
    if (message.parentId != 0) {
        Query parent = database_->query("SELECT conversation_id FROM messages WHERE id = ?");
        parent->bind(1, message.parentId);
        if (!parent->executeStep() || parent->getColumn(0).getInt64() != message.conversationId) {
            refuse(ReasonCode::MessageGone, message.parentId);
        }
    }
    Query insert = database_->query(
        "INSERT INTO messages (conversation_id, parent_id, role, state, text, created_ms,"
        " model_name, token_ids, statistics, stop_reason, error, rating, summary, prompt,"
        " attached, attached_texts)"
        " SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16"
        " FROM conversations WHERE id = ?1");
    const std::string ids = packTokenIds(message.tokenIds);
    insert->bind(1, message.conversationId);
    if (message.parentId != 0) insert->bind(2, message.parentId);
    insert->bind(3, static_cast<int>(message.role));
    insert->bind(4, static_cast<int>(message.state));
    insert->bind(5, message.text);
    insert->bind(6, createdMs);
    insert->bind(7, message.modelName);
    insert->bind(8, ids.data(), static_cast<int>(ids.size()));
    insert->bind(9, packStatistics(message));
    insert->bind(10, message.stopReason);
    insert->bind(11, message.error);
    insert->bind(12, static_cast<int>(message.rating));
    insert->bind(13, message.summary);
    insert->bind(14, message.prompt);
    insert->bind(15, message.attached);
    insert->bind(16, message.attachedTexts);
    if (insert->exec() == 0) refuseConversation(message.conversationId);
    const std::int64_t id = database_->connection().getLastInsertRowid();
    if (message.state != StoredMessage::State::Generating)
        indexMessage(*database_, id, message.text);
    return id;
}

void ConversationStore::makeLeaf(std::int64_t conversationId, std::int64_t messageId) {
    Query update = database_->query(
        "UPDATE conversations SET current_leaf = ?, updated_ms = ?,"
        " archived = 0 WHERE id = ?");
    update->bind(1, messageId);
    update->bind(2, toMilliseconds(clock_()));
    update->bind(3, conversationId);
    update->exec();
}

}  // namespace dsm
