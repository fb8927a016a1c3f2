// The search over messages and titles.
#include "app/store/conversation_store.h"
#include "app/store/search_index.h"
#include "app/store/search_text.h"
#include "app/store/store_access.h"

namespace dsm {
namespace {

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

StoredHit readHit(SQLite::Statement& row) {
    StoredHit hit;
    hit.conversationId = row.getColumn(0).getInt64();
    hit.messageId = row.getColumn(1).getInt64();
    hit.title = row.getColumn(2).getString();
    hit.snippet = textFromIndex(row.getColumn(3).getString());
    hit.updated = fromMilliseconds(row.getColumn(4).getInt64());
    return hit;
}

}  // namespace

Result<std::vector<StoredHit>> ConversationStore::search(std::string_view text, int limit) {
    const std::string words = searchQuery(text);
    if (words.empty()) return std::vector<StoredHit>{};
    bool indexFails = false;
    auto found = guarded(*database_, [&] {
        std::vector<StoredHit> hits;
        try {
            for (const char* sql : {kSearchTitles, kSearchMessages}) {
                Query query = database_->query(sql);
                query->bind(1, words);
                query->bind(2, limit - static_cast<int>(hits.size()));
                while (query->executeStep())
                    hits.push_back(readHit(*query));
            }
        } catch (const SQLite::Exception& exception) {
            indexFails = isFailureOfIndex(exception);
            throw;
        }
        return hits;
    });
    if (!indexFails || isReadOnly()) return found;
    auto marked =
        committed(*database_, Durability::Normal, [&] { markIndexStale(database_->connection()); });
    if (!marked) return tl::unexpected(marked.error());
    return failure(ErrorCode::Malformed,
                   "The index of the search was damaged and is being made anew. Try again in a "
                   "moment.");
}

}  // namespace dsm
