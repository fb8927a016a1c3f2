// The conversations as they are listed, and one of them.
#include "app/store/conversation_row.h"
#include "app/store/conversation_store.h"
#include "app/store/store_access.h"

namespace dsm {
namespace {

constexpr const char* kConversationById =
    "SELECT " DSM_CONVERSATION_COLUMNS " FROM conversations WHERE id = ?";
constexpr const char* kConversationsByUse = "SELECT " DSM_CONVERSATION_COLUMNS
                                            " FROM conversations WHERE deleted_ms IS NULL"
                                            " ORDER BY pinned DESC, updated_ms DESC, id DESC";
constexpr const char* kConversationsInTrash = "SELECT " DSM_CONVERSATION_COLUMNS
                                              " FROM conversations WHERE deleted_ms IS NOT NULL"
                                              " ORDER BY deleted_ms DESC, id DESC";

std::vector<StoredConversation> readConversations(SQLite::Statement& rows) {
    std::vector<StoredConversation> conversations;
    while (rows.executeStep())
        conversations.push_back(readConversation(rows));
    return conversations;
}

}  // namespace

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

}  // namespace dsm
