#include "app/store/schema.h"

#include <array>

#include "app/store/care/history_merge.h"
#include "app/store/search/index_tables.h"
#include "app/store/search/search_index.h"

namespace dsm {
namespace {

constexpr std::array<Migration, 6> kMigrations = {
    R"sql(
CREATE TABLE conversations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    title_is_automatic INTEGER NOT NULL,
    pinned INTEGER NOT NULL DEFAULT 0,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    deleted_ms INTEGER,
    current_leaf INTEGER REFERENCES messages (id) ON DELETE SET NULL,
    sampling TEXT NOT NULL DEFAULT '',
    system_prompt TEXT NOT NULL DEFAULT ''
);
CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    parent_id INTEGER REFERENCES messages (id),
    role INTEGER NOT NULL,
    state INTEGER NOT NULL,
    text TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    model_name TEXT NOT NULL DEFAULT '',
    token_ids BLOB,
    statistics TEXT NOT NULL DEFAULT '',
    stop_reason TEXT NOT NULL DEFAULT '',
    error TEXT NOT NULL DEFAULT ''
);
CREATE INDEX messages_of_conversation ON messages (conversation_id, parent_id);
CREATE INDEX messages_of_parent ON messages (parent_id);
CREATE INDEX conversations_by_leaf ON conversations (current_leaf);
CREATE INDEX unfinished_messages ON messages (state) WHERE state = 1;

)sql" DSM_INDEX_TABLES R"sql(
CREATE TRIGGER message_leaves_index AFTER DELETE ON messages BEGIN
    DELETE FROM message_index WHERE rowid = old.id;
END;
CREATE TRIGGER title_leaves_index AFTER DELETE ON conversations BEGIN
    DELETE FROM title_index WHERE rowid = old.id;
END;
)sql",
    // What a person thinks of a reply: -1, 0 or 1.
    "ALTER TABLE messages ADD COLUMN rating INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX rated_messages ON messages (conversation_id) WHERE rating <> 0;",
    // Folder, tags (conversation_row.h) and archive. The full-text index is made anew: marks that
    // belong to letters, as Thai and Hindi have them, became part of the words.
    "ALTER TABLE conversations ADD COLUMN folder TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE conversations ADD COLUMN tags TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE conversations ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX messages_by_model ON messages (model_name, conversation_id)"
    " WHERE model_name <> '';"
    "CREATE INDEX messages_facts ON messages (id, role, created_ms, model_name, conversation_id);"
    "CREATE TABLE IF NOT EXISTS store_state (name TEXT PRIMARY KEY, value INTEGER NOT NULL)"
    " WITHOUT ROWID;"
    "INSERT OR REPLACE INTO store_state (name, value) SELECT 'index_next', 0"
    " WHERE EXISTS (SELECT 1 FROM conversations);",
    // What a model reads in place of this message and all before it; "": the messages.
    "ALTER TABLE messages ADD COLUMN summary TEXT NOT NULL DEFAULT '';",
    // What a model reads of a message with files; what these are; their texts, last, for they are long.
    "ALTER TABLE messages ADD COLUMN prompt TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE messages ADD COLUMN attached TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE messages ADD COLUMN attached_texts TEXT NOT NULL DEFAULT '';",
    // The full-text index is made anew: it knows the beginnings of words.
    "INSERT OR REPLACE INTO store_state (name, value) SELECT 'index_next', 0"
    " WHERE EXISTS (SELECT 1 FROM conversations);",
};

constexpr std::array kTables = {"conversations", "messages"};

constexpr Schema kSchema = {
    .migrations = kMigrations,
    .tables = kTables,
    .amount =
        "SELECT (SELECT count(*) FROM conversations), (SELECT count(*) FROM messages),"
        " (SELECT coalesce(max(id), 0) FROM messages)",
    .bringBack = bringBackHistory,
    .adoptOrphans = adoptOrphanMessages,
    .isIndexSound = isIndexSound,
};

}  // namespace

const Schema& historySchema() {
    return kSchema;
}

}  // namespace dsm
