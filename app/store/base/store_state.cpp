#include "app/store/base/store_state.h"

namespace dsm {

void createState(SQLite::Database& database) {
    database.exec(
        "CREATE TABLE IF NOT EXISTS store_state (name TEXT PRIMARY KEY, value INTEGER NOT NULL)"
        " WITHOUT ROWID");
}

std::optional<std::int64_t> stateNumber(SQLite::Database& database, const std::string& name) {
    if (!database.tableExists("store_state")) return std::nullopt;
    SQLite::Statement query(database, "SELECT value FROM store_state WHERE name = ?");
    query.bind(1, name);
    if (!query.executeStep()) return std::nullopt;
    return query.getColumn(0).getInt64();
}

void setState(SQLite::Database& database, const std::string& name, std::int64_t value) {
    SQLite::Statement insert(database,
                             "INSERT OR REPLACE INTO store_state (name, value) VALUES (?, ?)");
    insert.bind(1, name);
    insert.bind(2, value);
    insert.exec();
}

void removeState(SQLite::Database& database, const std::string& name) {
    SQLite::Statement remove(database, "DELETE FROM store_state WHERE name = ?");
    remove.bind(1, name);
    remove.exec();
}

}  // namespace dsm
