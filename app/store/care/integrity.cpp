#include "app/store/care/integrity.h"

#include <sqlite3.h>

#include <array>
#include <map>
#include <mutex>
#include <set>
#include <string_view>

#include "app/store/base/sqlite_error.h"

namespace dsm {
namespace {

constexpr std::array<std::string_view, 3> kOfIndexes = {
    " missing from index ", "wrong # of entries in index ", "non-unique entry in index "};

// Values that break a rule of their table, and full-text indexes: neither is the file's structure.
constexpr std::array<std::string_view, 3> kOfValues = {" value in ", "CHECK constraint failed",
                                                       "inverted index"};

template <std::size_t N>
bool holdsAny(std::string_view line, const std::array<std::string_view, N>& parts) {
    for (const std::string_view part : parts) {
        if (line.find(part) != std::string_view::npos) return true;
    }
    return false;
}

void judge(const std::string& line, Integrity& integrity) {
    if (line == "ok") return;
    if (integrity.problem.empty()) integrity.problem = line;
    if (holdsAny(line, kOfIndexes)) {
        integrity.indexesDiffer = true;
    } else if (!holdsAny(line, kOfValues)) {
        integrity.isDamaged = true;
    }
}

// All of one table, or of every table but those of full-text indexes.
constexpr const char* kColumns =
    "SELECT tables.name || '.' || columns.name FROM sqlite_master AS tables,"
    " pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'"
    " AND tables.name NOT LIKE '%\\_index%' ESCAPE '\\' AND tables.name NOT LIKE 'sqlite\\_%' "
    "ESCAPE '\\'";

std::set<std::string> columnsOf(SQLite::Database& database) {
    std::set<std::string> columns;
    SQLite::Statement each(database, kColumns);
    while (each.executeStep())
        columns.insert(each.getColumn(0).getString());
    return columns;
}

// What all steps together make. Kept by the steps' place in the program: a start opens three files,
// some of them twice, and making the tables takes longer than asking for them.
const std::set<std::string>& columnsOf(const Schema& schema) {
    static std::mutex mutex;
    static std::map<const Migration*, std::set<std::string>> made;
    const std::lock_guard lock(mutex);
    if (const auto place = made.find(schema.migrations.data()); place != made.end())
        return place->second;
    SQLite::Database whole(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    for (const Migration step : schema.migrations)
        whole.exec(step);
    return made[schema.migrations.data()] = columnsOf(whole);
}

}  // namespace

std::string missingColumn(SQLite::Database& database, const Schema& schema) {
    const std::set<std::string> found = columnsOf(database);
    for (const std::string& column : columnsOf(schema)) {
        if (!found.contains(column)) return column;
    }
    return {};
}

Integrity checkIntegrity(SQLite::Database& database) {
    Integrity integrity;
    try {
        SQLite::Statement check(database, "PRAGMA integrity_check(100)");
        while (check.executeStep())
            judge(check.getColumn(0).getString(), integrity);
        if (integrity.isDamaged) return integrity;
        SQLite::Statement keys(database, "PRAGMA foreign_key_check");
        integrity.hasOrphans = keys.executeStep();
    } catch (const SQLite::Exception& exception) {
        if (troubleOf(exception, {}) != Trouble::Damaged) throw;
        integrity.isDamaged = true;
        if (integrity.problem.empty()) integrity.problem = exception.what();
    }
    return integrity;
}

}  // namespace dsm
