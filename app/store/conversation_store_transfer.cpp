// Whole conversations, with all their branches, for what goes out of the history and comes in.
#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "app/store/conversation_row.h"
#include "app/store/conversation_store.h"
#include "app/store/message_row.h"
#include "app/store/store_access.h"

namespace dsm {
namespace {

// How often somebody says something.
using Sayings = std::map<std::pair<int, std::string>, int>;

}  // namespace

Result<std::vector<StoredMessage>> ConversationStore::allMessages(std::int64_t conversationId) {
    return guarded(*database_, [&] {
        Query query = database_->query("SELECT " DSM_MESSAGE_COLUMNS
                                       " FROM messages AS m WHERE m.conversation_id = ?"
                                       " ORDER BY m.id");
        query->bind(1, conversationId);
        std::vector<StoredMessage> messages;
        while (query->executeStep())
            messages.push_back(readMessage(*query));
        return messages;
    });
}

// One that began at the same time or has the same title, and says all of this.
bool ConversationStore::isThere(const StoredConversation& conversation,
                                const std::vector<StoredMessage>& messages) {
    std::vector<std::int64_t> alike;
    {
        Query query = database_->query(
            "SELECT id FROM conversations WHERE deleted_ms IS NULL AND (created_ms = ? OR title ="
            " ?)");
        query->bind(1, toMilliseconds(conversation.created));
        query->bind(2, conversation.title);
        while (query->executeStep())
            alike.push_back(query->getColumn(0).getInt64());
    }
    Sayings wanted;
    for (const StoredMessage& message : messages)
        ++wanted[{static_cast<int>(message.role), message.text}];
    return std::any_of(alike.begin(), alike.end(), [&](std::int64_t id) {
        Sayings missing = wanted;
        Query query = database_->query("SELECT role, text FROM messages WHERE conversation_id = ?");
        query->bind(1, id);
        while (query->executeStep() && !missing.empty()) {
            const auto found =
                missing.find({query->getColumn(0).getInt(), query->getColumn(1).getString()});
            if (found != missing.end() && --found->second == 0) missing.erase(found);
        }
        return missing.empty();
    });
}

Result<std::optional<std::int64_t>> ConversationStore::adopt(const StoredConversation& conversation,
                                                             std::vector<StoredMessage> messages,
                                                             std::size_t current) {
    return committed(*database_, Durability::Normal, [&]() -> std::optional<std::int64_t> {
        if (isThere(conversation, messages)) return std::nullopt;
        const std::int64_t id =
            insertConversation(conversation.title, conversation.titleIsAutomatic);
        std::vector<std::int64_t> ids;
        for (StoredMessage& message : messages) {
            message.conversationId = id;
            const auto place = static_cast<std::size_t>(message.parentId);
            message.parentId = place == 0 || place > ids.size() ? 0 : ids[place - 1];
            ids.push_back(insertMessage(message, toMilliseconds(message.created)));
        }
        Query update = database_->query(
            "UPDATE conversations SET pinned = ?2, created_ms = ?3, updated_ms = ?4,"
            " current_leaf = ?5, sampling = ?6, system_prompt = ?7, folder = ?8, tags = ?9,"
            " archived = ?10 WHERE id = ?1");
        update->bind(1, id);
        update->bind(2, conversation.pinned ? 1 : 0);
        update->bind(3, toMilliseconds(conversation.created));
        update->bind(4, toMilliseconds(conversation.updated));
        if (current < ids.size()) update->bind(5, ids[current]);
        update->bind(6, conversation.samplingJson);
        update->bind(7, conversation.systemPrompt);
        update->bind(8, conversation.folder);
        update->bind(9, packTags(conversation.tags));
        update->bind(10, conversation.archived ? 1 : 0);
        update->exec();
        return id;
    });
}

}  // namespace dsm
