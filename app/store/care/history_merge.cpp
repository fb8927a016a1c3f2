#include "app/store/care/history_merge.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/store/base/row_copy.h"

namespace dsm {
namespace {

using Ids = std::map<std::int64_t, std::int64_t>;  // there -> here

std::vector<CopiedColumn> without(std::vector<CopiedColumn> columns,
                                  std::initializer_list<const char*> names) {
    std::erase_if(columns, [&](const CopiedColumn& column) {
        return std::any_of(names.begin(), names.end(),
                           [&](const char* name) { return column.name == name; });
    });
    return columns;
}

// A statement that adds a row of `table`: id, the given columns, then `columns`.
std::string insertSql(const std::string& table, const std::string& given, int givenCount,
                      const std::vector<CopiedColumn>& columns) {
    std::string marks = "?";
    for (std::size_t i = 1; i < columns.size() + static_cast<std::size_t>(givenCount); ++i)
        marks += ", ?";
    return "INSERT INTO " + table + " (" + given + ", " + joinedNames(columns) + ") VALUES (" +
           marks + ")";
}

class Merge {
  public:
    Merge(SQLite::Database& into, SQLite::Database& from)
        : into_(into),
          from_(from),
          conversationColumns_(
              without(commonColumns(from, into, "conversations"), {"id", "current_leaf"})),
          messageColumns_(without(commonColumns(from, into, "messages"),
                                  {"id", "conversation_id", "parent_id"})),
          conversationNumber_(into, "SELECT id FROM conversations WHERE id = ?"),
          messageNumber_(into, "SELECT id FROM messages WHERE id = ?"),
          sameConversation_(into,
                            "SELECT id FROM conversations WHERE created_ms = ?2"
                            " AND (id = ?1 OR title = ?3) ORDER BY id <> ?1 LIMIT 1"),
          sameMessage_(into,
                       "SELECT id FROM messages WHERE conversation_id = ?4 AND created_ms = ?2"
                       " AND (id = ?1 OR text = ?3) ORDER BY id <> ?1 LIMIT 1"),
          insertConversation_(into, insertSql("conversations", "id", 1, conversationColumns_)),
          insertMessage_(
              into, insertSql("messages", "id, conversation_id, parent_id", 3, messageColumns_)) {}

    Carried run() {
        SQLite::Statement rows(from_, "SELECT id, created_ms, deleted_ms, current_leaf, title, " +
                                          joinedNames(conversationColumns_) +
                                          " FROM conversations ORDER BY id");
        while (rows.executeStep())
            takeConversation(rows);
        return carried_;
    }

  private:
    void takeConversation(SQLite::Statement& row) {
        const std::int64_t there = row.getColumn(0).getInt64();
        const std::optional<std::int64_t> same = conversationHere(row);
        std::int64_t here = same.value_or(0);
        if (!same) {
            here = addConversation(row);
        } else if (row.isColumnNull(2)) {
            takeOutOfTrash(here);
        }
        const Ids ids = takeMessages(there, here);
        const auto leaf = ids.find(row.getColumn(3).getInt64());
        // Messages that outlived their conversation may go on after it: they find their place later.
        if (!same && leaf != ids.end() && !hasOthers(here, ids)) showLeaf(here, leaf->second);
    }

    bool hasOthers(std::int64_t conversation, const Ids& ids) {
        SQLite::Statement count(into_, "SELECT count(*) FROM messages WHERE conversation_id = ?");
        count.bind(1, conversation);
        count.executeStep();
        return count.getColumn(0).getInt64() > static_cast<std::int64_t>(ids.size());
    }

    std::optional<std::int64_t> conversationHere(SQLite::Statement& row) {
        sameConversation_.reset();
        sameConversation_.bind(1, row.getColumn(0).getInt64());
        sameConversation_.bind(2, row.getColumn(1).getInt64());
        sameConversation_.bind(3, row.getColumn(4).getString());
        return found(sameConversation_);
    }

    std::optional<std::int64_t> messageHere(SQLite::Statement& row, std::int64_t conversation) {
        sameMessage_.reset();
        sameMessage_.bind(1, row.getColumn(0).getInt64());
        sameMessage_.bind(2, row.getColumn(1).getInt64());
        sameMessage_.bind(3, row.getColumn(3).getString());
        sameMessage_.bind(4, conversation);
        return found(sameMessage_);
    }

    static std::optional<std::int64_t> found(SQLite::Statement& query) {
        std::optional<std::int64_t> id;
        if (query.executeStep()) id = query.getColumn(0).getInt64();
        query.reset();
        return id;
    }

    static bool isTaken(SQLite::Statement& query, std::int64_t id) {
        query.bind(1, id);
        return found(query).has_value();
    }

    void takeOutOfTrash(std::int64_t id) {
        SQLite::Statement update(into_, "UPDATE conversations SET deleted_ms = NULL WHERE id = ?");
        update.bind(1, id);
        update.exec();
    }

    std::int64_t addConversation(SQLite::Statement& row) {
        insertConversation_.reset();
        insertConversation_.clearBindings();
        const std::int64_t id = row.getColumn(0).getInt64();
        if (!isTaken(conversationNumber_, id)) insertConversation_.bind(1, id);
        for (std::size_t i = 0; i < conversationColumns_.size(); ++i)
            bindColumn(insertConversation_, static_cast<int>(i) + 2, row, static_cast<int>(i) + 5);
        insertConversation_.exec();
        ++carried_.parents;
        return into_.getLastInsertRowid();
    }

    Ids takeMessages(std::int64_t there, std::int64_t here) {
        Ids ids;
        SQLite::Statement rows(from_, "SELECT id, created_ms, parent_id, text, " +
                                          joinedNames(messageColumns_) +
                                          " FROM messages WHERE conversation_id = ? ORDER BY id");
        rows.bind(1, there);
        while (rows.executeStep()) {
            const std::int64_t id = rows.getColumn(0).getInt64();
            const std::optional<std::int64_t> same = messageHere(rows, here);
            ids[id] = same ? *same : addMessage(rows, here, ids);
        }
        return ids;
    }

    std::int64_t addMessage(SQLite::Statement& row, std::int64_t conversation, const Ids& ids) {
        insertMessage_.reset();
        insertMessage_.clearBindings();
        const std::int64_t id = row.getColumn(0).getInt64();
        if (!isTaken(messageNumber_, id)) insertMessage_.bind(1, id);
        insertMessage_.bind(2, conversation);
        const auto parent = ids.find(row.getColumn(2).getInt64());
        if (parent != ids.end()) insertMessage_.bind(3, parent->second);
        for (std::size_t i = 0; i < messageColumns_.size(); ++i)
            bindColumn(insertMessage_, static_cast<int>(i) + 4, row, static_cast<int>(i) + 4);
        insertMessage_.exec();
        ++carried_.rows;
        return into_.getLastInsertRowid();
    }

    void showLeaf(std::int64_t conversation, std::int64_t leaf) {
        SQLite::Statement update(into_, "UPDATE conversations SET current_leaf = ? WHERE id = ?");
        update.bind(1, leaf);
        update.bind(2, conversation);
        update.exec();
    }

    SQLite::Database& into_;
    SQLite::Database& from_;
    const std::vector<CopiedColumn> conversationColumns_;
    const std::vector<CopiedColumn> messageColumns_;
    SQLite::Statement conversationNumber_;
    SQLite::Statement messageNumber_;
    SQLite::Statement sameConversation_;
    SQLite::Statement sameMessage_;
    SQLite::Statement insertConversation_;
    SQLite::Statement insertMessage_;
    Carried carried_;
};

}  // namespace

Carried bringBackHistory(SQLite::Database& into, SQLite::Database& from) {
    return Merge(into, from).run();
}

void adoptOrphanMessages(SQLite::Database& database) {
    database.exec(R"sql(
INSERT INTO conversations (id, title, title_is_automatic, created_ms, updated_ms)
SELECT m.conversation_id,
       coalesce((SELECT substr(trim(q.text), 1, 40) FROM messages AS q
                 WHERE q.conversation_id = m.conversation_id AND trim(q.text) <> ''
                 ORDER BY q.role <> 1, q.id LIMIT 1), '…'),
       1, min(m.created_ms), max(m.created_ms)
FROM messages AS m WHERE m.conversation_id NOT IN (SELECT id FROM conversations)
GROUP BY m.conversation_id;

UPDATE messages SET parent_id = (
    SELECT max(b.id) FROM messages AS b
    WHERE b.conversation_id = messages.conversation_id AND b.id < messages.id)
WHERE parent_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM messages AS p WHERE p.id = messages.parent_id AND p.id < messages.id
    AND p.conversation_id = messages.conversation_id);

UPDATE conversations SET current_leaf = (
    SELECT max(m.id) FROM messages AS m WHERE m.conversation_id = conversations.id)
WHERE NOT EXISTS (
    SELECT 1 FROM messages AS m WHERE m.id = conversations.current_leaf
    AND m.conversation_id = conversations.id);
)sql");
}

}  // namespace dsm
