// The search over messages and titles.
#include <cstdint>
#include <limits>

#include "app/store/conversation_row.h"
#include "app/store/conversation_store.h"
#include "app/store/search/search_index.h"
#include "app/store/search/search_text.h"
#include "app/store/store_access.h"

namespace dsm {
namespace {

// Newest first, not by a measure of relevance: that would have to look at every match, which took
// 120 ms for a word of 20,000 messages, where the newest 50 took 3 ms (2 cores, November 2026).
// CROSS JOIN keeps the index the outer loop, so that the limit ends it early. messages_facts holds
// what the limits ask of a message, beside its text: a rare model is looked for in every match.
#define DSM_IN_SCOPE                                                         \
    " AND (?3 = '' OR c.folder = ?3) AND (?4 = '' OR instr(c.tags, ?4) > 0)" \
    " AND (?5 IS NULL OR c.archived = ?5)"

constexpr const char* kSearchTitles =
    "SELECT c.id, 0, c.title, snippet(title_index, 0, char(2), char(3), '…', 24), c.updated_ms"
    " FROM title_index AS t CROSS JOIN conversations AS c ON c.id = t.rowid"
    " WHERE title_index MATCH ?1 AND c.deleted_ms IS NULL" DSM_IN_SCOPE
    " AND c.updated_ms >= ?6 AND c.updated_ms < ?7"
    " ORDER BY t.rowid DESC LIMIT ?2";
constexpr const char* kSearchMessages =
    "SELECT c.id, m.id, c.title, snippet(message_index, 0, char(2), char(3), '…', 24),"
    " c.updated_ms FROM message_index AS t"
    " CROSS JOIN messages AS m INDEXED BY messages_facts ON m.id = t.rowid"
    " CROSS JOIN conversations AS c ON c.id = m.conversation_id"
    " WHERE message_index MATCH ?1 AND c.deleted_ms IS NULL" DSM_IN_SCOPE
    " AND m.created_ms >= ?6 AND m.created_ms < ?7"
    " AND (?8 IS NULL OR m.role = ?8) AND (?9 = '' OR m.model_name = ?9)"
    " ORDER BY t.rowid DESC LIMIT ?2";

void bindScope(SQLite::Statement& query, const StoredScope& scope) {
    query.bind(3, scope.folder);
    query.bind(4, scope.tag.empty() ? std::string() : tagMark(scope.tag));
    if (scope.archived) query.bind(5, *scope.archived ? 1 : 0);
    constexpr auto kEver = std::numeric_limits<std::int64_t>::max();
    query.bind(6, scope.from ? toMilliseconds(*scope.from) : -kEver);
    query.bind(7, scope.until ? toMilliseconds(*scope.until) : kEver);
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

}  // namespace

Result<std::vector<StoredHit>> ConversationStore::search(std::string_view text, int limit,
                                                         const StoredScope& scope) {
    const std::string words = searchQuery(text);
    if (words.empty()) return std::vector<StoredHit>{};
    bool indexFails = false;
    auto found = guarded(*database_, [&] {
        std::vector<StoredHit> hits;
        try {
            const auto take = [&](Query& query) {
                query->bind(1, words);
                query->bind(2, limit - static_cast<int>(hits.size()));
                bindScope(*query, scope);
                while (query->executeStep())
                    hits.push_back(readHit(*query));
            };
            if (scope.takesTitles()) {
                Query titles = database_->query(kSearchTitles);
                take(titles);
            }
            Query messages = database_->query(kSearchMessages);
            if (scope.role) messages->bind(8, static_cast<int>(*scope.role));
            messages->bind(9, scope.model);
            take(messages);
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
    return failure(ErrorCode::Malformed, ReasonCode::StoreIndexDamaged);
}

}  // namespace dsm
