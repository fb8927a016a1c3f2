// The order a user gives to conversations: folders, tags, the archive.
#include <algorithm>
#include <string>
#include <utility>

#include "app/store/conversation_row.h"
#include "app/store/conversation_store.h"
#include "app/store/store_access.h"

namespace dsm {
namespace {

std::string inOneLine(std::string_view name) {
    std::string line(name);
    std::replace(line.begin(), line.end(), '\n', ' ');
    return line;
}

}  // namespace

Result<void> ConversationStore::setFolder(std::int64_t id, std::string_view folder) {
    return committed(*database_, Durability::Full, [&] {
        Query update = database_->query("UPDATE conversations SET folder = ? WHERE id = ?");
        update->bind(1, inOneLine(folder));
        update->bind(2, id);
        if (update->exec() == 0) refuseConversation(id);
    });
}

Result<void> ConversationStore::setTags(std::int64_t id, std::vector<std::string> tags) {
    for (std::string& tag : tags)
        tag = inOneLine(tag);
    return committed(*database_, Durability::Full, [&] {
        Query update = database_->query("UPDATE conversations SET tags = ? WHERE id = ?");
        update->bind(1, packTags(std::move(tags)));
        update->bind(2, id);
        if (update->exec() == 0) refuseConversation(id);
    });
}

Result<void> ConversationStore::setArchived(std::int64_t id, bool archived) {
    return committed(*database_, Durability::Full, [&] {
        Query update = database_->query("UPDATE conversations SET archived = ? WHERE id = ?");
        update->bind(1, archived ? 1 : 0);
        update->bind(2, id);
        if (update->exec() == 0) refuseConversation(id);
    });
}

Result<void> ConversationStore::renameFolder(std::string_view folder, std::string_view name) {
    return committed(*database_, Durability::Full, [&] {
        Query update = database_->query("UPDATE conversations SET folder = ? WHERE folder = ?");
        update->bind(1, inOneLine(name));
        update->bind(2, std::string(folder));
        update->exec();
    });
}

Result<void> ConversationStore::renameTag(std::string_view tag, std::string_view name) {
    return committed(*database_, Durability::Full, [&] {
        std::vector<std::pair<std::int64_t, std::vector<std::string>>> tagged;
        {
            Query query =
                database_->query("SELECT id, tags FROM conversations WHERE instr(tags, ?) > 0");
            query->bind(1, tagMark(tag));
            while (query->executeStep())
                tagged.emplace_back(query->getColumn(0).getInt64(),
                                    unpackTags(query->getColumn(1).getString()));
        }
        for (auto& [id, tags] : tagged) {
            std::replace(tags.begin(), tags.end(), std::string(tag), inOneLine(name));
            Query update = database_->query("UPDATE conversations SET tags = ? WHERE id = ?");
            update->bind(1, packTags(std::move(tags)));
            update->bind(2, id);
            update->exec();
        }
    });
}

}  // namespace dsm
