#include "app/store/search/search_index.h"

#include <sqlite3.h>

#include <array>
#include <string>
#include <vector>

#include "app/store/base/sqlite_error.h"
#include "app/store/base/store_state.h"
#include "app/store/search/index_tables.h"
#include "app/store/search/search_text.h"

namespace dsm {
namespace {

constexpr const char* kNext = "index_next";
constexpr int kMessagesAtOnce = 200;
constexpr std::array kTables = {"message_index", "title_index"};
constexpr std::array kShadows = {"_data", "_idx", "_content", "_docsize", "_config"};

bool isOfTheComputer(const SQLite::Exception& exception) {
    switch (troubleOf(exception, {})) {
        case Trouble::DiskFull:
        case Trouble::InputOutput:
        case Trouble::NoMemory:
        case Trouble::Busy:
        case Trouble::NotWritable:
            return true;
        default:
            return exception.getErrorCode() == SQLITE_INTERRUPT;
    }
}

// Some failures have ended the transaction already: nothing is left to undo by itself.
bool stopsEverything(SQLite::Database& database, const SQLite::Exception& exception) {
    return isOfTheComputer(exception) || sqlite3_get_autocommit(database.getHandle()) != 0;
}

// Where even its own columns cannot be read, a virtual table cannot be dropped as a whole.
void dropByPieces(SQLite::Database& database, const std::string& table) {
    for (const char* shadow : kShadows)
        database.exec("DROP TABLE IF EXISTS " + table + shadow);
    database.exec("PRAGMA writable_schema = ON");
    database.exec("DELETE FROM sqlite_master WHERE type = 'table' AND name = '" + table + "'");
    database.exec("PRAGMA writable_schema = RESET");
}

void createAnew(SQLite::Database& database) {
    for (const char* table : kTables) {
        try {
            database.exec(std::string("DROP TABLE IF EXISTS ") + table);
        } catch (const SQLite::Exception& exception) {
            if (stopsEverything(database, exception)) throw;
            dropByPieces(database, table);
        }
    }
    database.exec(DSM_INDEX_TABLES);
}

struct Entry {
    std::int64_t id;
    std::string text;
};

std::vector<Entry> entries(SQLite::Statement& query) {
    std::vector<Entry> result;
    while (query.executeStep())
        result.push_back({query.getColumn(0).getInt64(), query.getColumn(1).getString()});
    return result;
}

void fill(SQLite::Database& database, const std::string& table, const std::vector<Entry>& rows) {
    SQLite::Statement remove(database, "DELETE FROM " + table + " WHERE rowid = ?");
    SQLite::Statement insert(database, "INSERT INTO " + table + " (rowid, text) VALUES (?, ?)");
    for (const Entry& row : rows) {
        remove.bind(1, row.id);
        remove.exec();
        remove.reset();
        insert.bind(1, row.id);
        insert.bind(2, textForIndex(row.text));
        insert.exec();
        insert.reset();
    }
}

void begin(SQLite::Database& database) {
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    createAnew(database);
    SQLite::Statement titles(database, "SELECT id, title FROM conversations");
    fill(database, "title_index", entries(titles));
    setState(database, kNext, 1);
    transaction.commit();
}

// False: all are there.
bool goOn(SQLite::Database& database, std::int64_t next) {
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    SQLite::Statement query(database,
                            "SELECT id, text FROM messages WHERE id >= ? AND state <> 1"
                            " ORDER BY id LIMIT ?");
    query.bind(1, next);
    query.bind(2, kMessagesAtOnce);
    const std::vector<Entry> rows = entries(query);
    query.reset();
    fill(database, "message_index", rows);
    if (rows.empty()) {
        removeState(database, kNext);
    } else {
        setState(database, kNext, rows.back().id + 1);
    }
    transaction.commit();
    return !rows.empty();
}

}  // namespace

bool isFailureOfIndex(const SQLite::Exception& exception) {
    const Trouble trouble = troubleOf(exception, {});
    return trouble == Trouble::IndexDamaged ||
           (trouble == Trouble::Other && !isOfTheComputer(exception));
}

void changeIndex(SQLite::Database& database, const std::function<void()>& change) {
    database.exec("SAVEPOINT of_index");
    try {
        change();
        // A further savepoint has the index write what it holds back: where that fails, this one
        // is still there to go back to, which it would not be after a RELEASE that fails.
        database.exec("SAVEPOINT of_index_written");
        database.exec("RELEASE of_index");
    } catch (const SQLite::Exception& exception) {
        if (stopsEverything(database, exception)) throw;
        database.exec("ROLLBACK TO of_index; RELEASE of_index");
        markIndexStale(database);
    }
}

void markIndexStale(SQLite::Database& database) {
    createState(database);
    setState(database, kNext, 0);
}

bool isIndexStale(SQLite::Database& database) {
    return stateNumber(database, kNext).has_value();
}

bool isIndexSound(SQLite::Database& database) {
    try {
        for (const char* table : kTables) {
            const std::string name = table;
            database.exec("INSERT INTO " + name + " (" + name + ") VALUES ('integrity-check')");
        }
        return database
                   .execAndGet(
                       "SELECT (SELECT count(*) FROM messages AS m WHERE m.state <> 1 AND NOT"
                       " EXISTS (SELECT 1 FROM message_index_docsize AS d WHERE d.id = m.id)) +"
                       " (SELECT count(*) FROM conversations AS c WHERE NOT EXISTS"
                       " (SELECT 1 FROM title_index_docsize AS d WHERE d.id = c.id))")
                   .getInt64() == 0;
    } catch (const SQLite::Exception& exception) {
        if (isOfTheComputer(exception)) throw;
        return false;
    }
}

void rebuildIndex(SQLite::Database& database, const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const auto next = stateNumber(database, kNext);
        if (!next) return;
        if (*next == 0) {
            begin(database);
        } else if (!goOn(database, *next)) {
            return;
        }
    }
}

}  // namespace dsm
