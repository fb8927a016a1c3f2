#include "app/store/base/row_copy.h"

#include <sqlite3.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "app/store/base/sqlite_error.h"
#include "engine/text/utf8.h"

namespace dsm {
namespace {

// Between unreadable pages, at most so many rows are asked for one by one.
constexpr std::int64_t kMostLookups = 2'000'000;
constexpr std::int64_t kRowsOfAnUnknownEnd = 20'000;

std::vector<CopiedColumn> columnsOf(SQLite::Database& database, const std::string& table) {
    std::vector<CopiedColumn> columns;
    SQLite::Statement info(database,
                           "SELECT name, type, \"notnull\", pk FROM pragma_table_info(?)");
    info.bind(1, table);
    while (info.executeStep()) {
        columns.push_back({info.getColumn(0).getString(), info.getColumn(1).getString(),
                           info.getColumn(2).getInt() != 0, info.getColumn(3).getInt()});
    }
    return columns;
}

bool isUtf8(const std::string& text) {
    return validUtf8Prefix(text) == text.size();
}

std::string withoutInvalidUtf8(const std::string& text) {
    std::string result;
    std::string_view rest = text;
    while (!rest.empty()) {
        const Utf8Character character = readUtf8(rest);
        const bool isValid = character.state == Utf8Character::State::Valid;
        result += isValid ? rest.substr(0, character.sizeBytes) : kReplacementCharacter;
        rest.remove_prefix(character.sizeBytes);
    }
    return result;
}

bool fits(const SQLite::Column& value, const CopiedColumn& column, BadText badText) {
    const int type = value.getType();
    if (type == SQLITE_NULL) return !column.isRequired && column.keyPlace == 0;
    if (column.type == "INTEGER") return type == SQLITE_INTEGER;
    if (column.type == "REAL") return type == SQLITE_FLOAT || type == SQLITE_INTEGER;
    if (column.type == "BLOB") return type == SQLITE_BLOB || type == SQLITE_TEXT;
    if (type != SQLITE_TEXT) return false;
    return badText == BadText::Replaced || isUtf8(value.getString());
}

class RowCopy {
  public:
    RowCopy(SQLite::Database& from, SQLite::Database& into, const std::string& table,
            BadText badText)
        : from_(from),
          badText_(badText),
          table_(table),
          columns_(commonColumns(from, into, table)),
          insert_(into, "INSERT OR IGNORE INTO " + table + " (" + joinedNames(columns_) +
                            ") VALUES (" + marks() + ")") {}

    std::int64_t copy() {
        if (!hasNumberedRows()) {
            scan(" ORDER BY " + keyOrder(""), std::nullopt);
            scan(" ORDER BY " + keyOrder(" DESC"), std::nullopt);
            return copied_;
        }
        const Scan forward = scan(" ORDER BY rowid", std::nullopt);
        if (forward.reachedEnd) return copied_;
        const Scan backward = scan(" ORDER BY rowid DESC", forward.last);
        if (backward.reachedEnd) return copied_;
        const std::int64_t first = forward.last.value_or(0) + 1;
        const std::int64_t end = backward.last.value_or(std::max(lastNumberGiven(), first) + 1);
        lookUp(first, std::min(end, first + kMostLookups));
        return copied_;
    }

  private:
    struct Scan {
        bool reachedEnd = false;
        std::optional<std::int64_t> last;
    };

    std::string marks() const {
        std::string text;
        for (std::size_t i = 0; i < columns_.size(); ++i)
            text += i == 0 ? "?" : ", ?";
        return text;
    }

    std::string keyOrder(const char* direction) const {
        std::vector<CopiedColumn> key = columns_;
        std::erase_if(key, [](const CopiedColumn& column) { return column.keyPlace == 0; });
        std::sort(key.begin(), key.end(), [](const CopiedColumn& a, const CopiedColumn& b) {
            return a.keyPlace < b.keyPlace;
        });
        std::string text;
        for (const CopiedColumn& column : key)
            text += (text.empty() ? "" : ", ") + column.name + direction;
        return text;
    }

    bool hasNumberedRows() const {
        return std::any_of(columns_.begin(), columns_.end(), [](const CopiedColumn& column) {
            return column.name == "id" && column.keyPlace == 1;
        });
    }

    // What AUTOINCREMENT says was the last.
    std::int64_t lastNumberGiven() {
        try {
            SQLite::Statement query(from_, "SELECT seq FROM sqlite_sequence WHERE name = ?");
            query.bind(1, table_);
            if (query.executeStep()) return query.getColumn(0).getInt64();
        } catch (const SQLite::Exception& exception) {
            passOver(exception);
        }
        return kRowsOfAnUnknownEnd;
    }

    // Ends at the first row that cannot be read, or at the number `until`.
    Scan scan(const std::string& order, std::optional<std::int64_t> until) {
        Scan result;
        try {
            SQLite::Statement rows(from_, "SELECT " + joinedNames(columns_) + " FROM " + table_ +
                                              " NOT INDEXED" + order);
            while (rows.executeStep()) {
                const std::int64_t number = rows.getColumn(0).getInt64();
                if (until && number <= *until) break;
                take(rows);
                result.last = number;
            }
            result.reachedEnd = true;
        } catch (const SQLite::Exception& exception) {
            passOver(exception);
        }
        return result;
    }

    void lookUp(std::int64_t first, std::int64_t end) {
        const std::string sql =
            "SELECT " + joinedNames(columns_) + " FROM " + table_ + " WHERE rowid = ?";
        std::optional<SQLite::Statement> row;
        for (std::int64_t number = first; number < end; ++number) {
            try {
                if (!row) row.emplace(from_, sql);
                row->bind(1, number);
                if (row->executeStep()) take(*row);
                row->reset();
            } catch (const SQLite::Exception& exception) {
                passOver(exception);
                if (!row) return;  // not even the schema can be read
                row.reset();
            }
        }
    }

    void take(SQLite::Statement& row) {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (!fits(row.getColumn(static_cast<int>(i)), columns_[i], badText_)) return;
        }
        for (std::size_t i = 0; i < columns_.size(); ++i)
            bindColumn(insert_, static_cast<int>(i) + 1, row, static_cast<int>(i));
        if (badText_ == BadText::Replaced) replaceBadText(row);
        try {
            copied_ += insert_.exec();
        } catch (const SQLite::Exception& exception) {
            throw TargetFailed{exception};
        }
        insert_.reset();
        insert_.clearBindings();
    }

    void replaceBadText(SQLite::Statement& row) {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const SQLite::Column value = row.getColumn(static_cast<int>(i));
            if (value.getType() != SQLITE_TEXT) continue;
            insert_.bind(static_cast<int>(i) + 1, withoutInvalidUtf8(value.getString()));
        }
    }

    // A failure to read is the reason for all this; one of the computer, or a stop, is not.
    static void passOver(const SQLite::Exception& exception) {
        const bool isStopped = (exception.getErrorCode() & 0xFF) == SQLITE_INTERRUPT;
        if (isStopped || troubleOf(exception, {}) == Trouble::NoMemory) throw exception;
    }

    SQLite::Database& from_;
    const BadText badText_;
    const std::string table_;
    const std::vector<CopiedColumn> columns_;
    SQLite::Statement insert_;
    std::int64_t copied_ = 0;

  public:
    // Of no kin to SQLite::Exception, so that no reading loop takes it for a damaged row.
    struct TargetFailed {
        SQLite::Exception cause;
    };
};

}  // namespace

std::vector<CopiedColumn> commonColumns(SQLite::Database& from, SQLite::Database& into,
                                        const std::string& table) {
    const std::vector<CopiedColumn> there = columnsOf(from, table);
    std::vector<CopiedColumn> columns = columnsOf(into, table);
    std::erase_if(columns, [&](const CopiedColumn& column) {
        return std::none_of(there.begin(), there.end(),
                            [&](const CopiedColumn& other) { return other.name == column.name; });
    });
    return columns;
}

std::string joinedNames(const std::vector<CopiedColumn>& columns) {
    std::string text;
    for (const CopiedColumn& column : columns)
        text += (text.empty() ? "" : ", ") + column.name;
    return text;
}

void bindColumn(SQLite::Statement& target, int parameter, SQLite::Statement& row, int index) {
    const SQLite::Column value = row.getColumn(index);
    switch (value.getType()) {
        case SQLITE_INTEGER:
            target.bind(parameter, value.getInt64());
            break;
        case SQLITE_FLOAT:
            target.bind(parameter, value.getDouble());
            break;
        case SQLITE_TEXT:
            target.bind(parameter, value.getString());
            break;
        case SQLITE_BLOB:
            target.bind(parameter, value.getBlob(), value.getBytes());
            break;
        default:
            target.bind(parameter);
            break;
    }
}

std::int64_t copyRows(SQLite::Database& from, SQLite::Database& into, const std::string& table,
                      BadText badText) {
    try {
        if (commonColumns(from, into, table).empty()) return 0;
        return RowCopy(from, into, table, badText).copy();
    } catch (const RowCopy::TargetFailed& failed) {
        throw failed.cause;
    }
}

}  // namespace dsm
