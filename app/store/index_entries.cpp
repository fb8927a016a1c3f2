#include "app/store/index_entries.h"

#include "app/store/search/search_index.h"
#include "app/store/search/search_text.h"

namespace dsm {
namespace {

void put(Database& database, const char* removeSql, const char* insertSql, std::int64_t id,
         std::string_view text) {
    Query remove = database.query(removeSql);
    remove->bind(1, id);
    remove->exec();
    Query insert = database.query(insertSql);
    insert->bind(1, id);
    insert->bind(2, textForIndex(text));
    insert->exec();
}

}  // namespace

void indexMessage(Database& database, std::int64_t id, std::string_view text) {
    changeIndex(database.connection(), [&] {
        put(database, "DELETE FROM message_index WHERE rowid = ?",
            "INSERT INTO message_index (rowid, text) VALUES (?, ?)", id, text);
    });
}

void indexTitle(Database& database, std::int64_t id, std::string_view title) {
    changeIndex(database.connection(), [&] {
        put(database, "DELETE FROM title_index WHERE rowid = ?",
            "INSERT INTO title_index (rowid, text) VALUES (?, ?)", id, title);
    });
}

}  // namespace dsm
