#include "app/store/conversation_row.h"

#include <algorithm>

namespace dsm {

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
    conversation.folder = row.getColumn(10).getString();
    conversation.tags = unpackTags(row.getColumn(11).getString());
    conversation.archived = row.getColumn(12).getInt() != 0;
    return conversation;
}

std::string packTags(std::vector<std::string> tags) {
    std::erase(tags, std::string());
    std::sort(tags.begin(), tags.end());
    tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
    std::string packed;
    for (const std::string& tag : tags)
        packed += "\n" + tag;
    return packed.empty() ? packed : packed + "\n";
}

std::vector<std::string> unpackTags(std::string_view packed) {
    std::vector<std::string> tags;
    while (!packed.empty()) {
        const std::size_t end = std::min(packed.find('\n'), packed.size());
        if (end > 0) tags.emplace_back(packed.substr(0, end));
        packed.remove_prefix(std::min(end + 1, packed.size()));
    }
    return tags;
}

std::string tagMark(std::string_view tag) {
    return "\n" + std::string(tag) + "\n";
}

}  // namespace dsm
