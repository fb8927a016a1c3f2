#include "app/store/care/integrity.h"

#include <sqlite3.h>

#include <array>
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

}  // namespace

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
