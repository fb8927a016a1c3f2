#include "app/store/database.h"

#include <sqlite3.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <system_error>

#include "app/store/backup.h"

namespace dsm {
namespace fs = std::filesystem;
namespace {

constexpr int kBusyTimeoutMs = 2000;

// One row; 1 while no program has the file open for writing.
constexpr const char* kCleanTable =
    "CREATE TABLE IF NOT EXISTS clean_stop (id INTEGER PRIMARY KEY CHECK (id = 1),"
    " clean INTEGER NOT NULL)";

int primaryCode(const SQLite::Exception& exception) {
    return exception.getErrorCode() & 0xFF;
}

bool meansDamage(const SQLite::Exception& exception) {
    const int code = primaryCode(exception);
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

bool meansNotWritable(const SQLite::Exception& exception) {
    const int code = primaryCode(exception);
    return code == SQLITE_READONLY || code == SQLITE_CANTOPEN || code == SQLITE_PERM;
}

int userVersion(SQLite::Database& database) {
    return database.execAndGet("PRAGMA user_version").getInt();
}

Result<void> makeFolder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error && !fs::is_directory(folder)) {
        return failure(ErrorCode::Io, "The folder " + folder.string() +
                                          " cannot be created: " + error.message() + ".");
    }
    return {};
}

// file: names may hold characters that a URI gives a meaning.
std::string immutableUri(const fs::path& file) {
    std::string uri = "file:";
    constexpr const char* kHex = "0123456789ABCDEF";
    for (const char c : fs::absolute(file).string()) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '?' || c == '#' || c == '%') {
            uri += '%';
            uri += kHex[byte >> 4];
            uri += kHex[byte & 15];
        } else {
            uri += c;
        }
    }
    return uri + "?immutable=1";
}

}  // namespace

Error databaseError(const SQLite::Exception& exception, const fs::path& file) {
    const std::string where = file.empty() ? std::string("memory") : file.string();
    switch (primaryCode(exception)) {
        case SQLITE_FULL:
            return {ErrorCode::Io, "The disk is full; free some space and try again (" + where +
                                       " could not be written)."};
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return {ErrorCode::Io, where + " is open for reading only; nothing can be changed."};
        case SQLITE_CANTOPEN:
            return {ErrorCode::Io, where +
                                       " cannot be opened; check that its folder exists and "
                                       "may be written."};
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {ErrorCode::Io,
                    where + " is in use by another program; close it and try again."};
        case SQLITE_IOERR:
            return {ErrorCode::Io, where + " could not be read or written: " + exception.what() +
                                       ". Check the disk."};
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return {ErrorCode::Malformed, where + " is damaged (" + exception.what() +
                                              "). Start the program again to repair it."};
        case SQLITE_NOMEM:
            return {ErrorCode::OutOfMemory, "There is not enough memory to use " + where + "."};
        default:
            return {ErrorCode::Internal, where + ": " + exception.what() + "."};
    }
}

Result<std::unique_ptr<Database>> Database::open(const fs::path& file,
                                                 std::span<const Migration> migrations,
                                                 const StoreClock& clock) {
    if (auto made = makeFolder(file.parent_path()); !made) return tl::unexpected(made.error());
    std::unique_ptr<Database> database(new Database);
    database->file_ = file;
    try {
        try {
            database->openChecked(migrations, clock());
        } catch (const SQLite::Exception& exception) {
            if (!meansDamage(exception)) throw;
            database->replaceDamaged(clock());
            database->openChecked(migrations, clock());
        }
    } catch (const SQLite::Exception& exception) {
        return tl::unexpected(databaseError(exception, file));
    } catch (const fs::filesystem_error& exception) {
        return failure(ErrorCode::Io, exception.what());
    }
    return database;
}

Result<std::unique_ptr<Database>> Database::openInMemory(std::span<const Migration> migrations) {
    std::unique_ptr<Database> database(new Database);
    try {
        database->connection_ = std::make_unique<SQLite::Database>(
            ":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        database->connection_->exec("PRAGMA foreign_keys = ON");
        database->migrate(migrations, {});
    } catch (const SQLite::Exception& exception) {
        return tl::unexpected(databaseError(exception, {}));
    }
    return database;
}

Database::~Database() {
    statements_.clear();
    if (!connection_ || readOnly_ || file_.empty()) return;
    try {
        setFullSync(true);
        connection_->exec("UPDATE clean_stop SET clean = 1");
    } catch (const SQLite::Exception&) {
        // The next start checks the file once more than needed.
    }
}

void Database::openChecked(std::span<const Migration> migrations, StoreTime now) {
    const bool existed = fs::exists(file_);
    try {
        connect();
    } catch (const SQLite::Exception& exception) {
        if (!existed || !meansNotWritable(exception)) throw;
        connectForReading();
    }
    if (readOnly_) return;
    if (userVersion(*connection_) > static_cast<int>(migrations.size())) {
        connection_->exec("PRAGMA query_only = ON");
        readOnly_ = true;
        notices_.push_back({StoreNotice::Kind::NewerVersion, {}, {}});
        return;
    }
    const bool backupIsDue = existed && !hasBackupOfDay(file_, now);
    if (!stoppedCleanly() || backupIsDue) {
        if (!isIntact(*connection_)) throw SQLite::Exception("integrity check", SQLITE_CORRUPT);
    }
    connection_->exec("PRAGMA journal_mode = WAL");
    connection_->exec("PRAGMA foreign_keys = ON");
    setFullSync(true);
    if (backupIsDue) makeBackup(*connection_, file_, now);
    migrate(migrations, now);
    markRunning();
}

void Database::connect() {
    statements_.clear();
    connection_.reset();
    connection_ = std::make_unique<SQLite::Database>(
        file_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyTimeoutMs);
    // Opening alone reads nothing, and a file that may not be written opens all the same: a write
    // lock that is given back shows both, and sees a damaged header.
    connection_->exec("BEGIN IMMEDIATE; ROLLBACK");
}

void Database::connectForReading() {
    connection_.reset();
    readOnly_ = true;
    notices_.push_back({StoreNotice::Kind::NotWritable, {}, {}});
    try {
        connection_ = std::make_unique<SQLite::Database>(file_.string(), SQLite::OPEN_READONLY,
                                                         kBusyTimeoutMs);
        connection_->execAndGet("SELECT count(*) FROM sqlite_master");
    } catch (const SQLite::Exception& exception) {
        if (!meansNotWritable(exception)) throw;
        // WAL needs a file beside the database even for reading, unless nobody can be writing.
        connection_ = std::make_unique<SQLite::Database>(
            immutableUri(file_), SQLite::OPEN_READONLY | SQLite::OPEN_URI, kBusyTimeoutMs);
        connection_->execAndGet("SELECT count(*) FROM sqlite_master");
    }
}

void Database::replaceDamaged(StoreTime now) {
    statements_.clear();
    connection_.reset();
    const std::optional<fs::path> aside = moveAside(file_, now);
    if (!aside) throw SQLite::Exception("cannot be moved aside", SQLITE_CORRUPT);
    const std::optional<fs::path> backup = restoreBackup(file_);
    if (backup) {
        notices_.push_back({StoreNotice::Kind::BackupRestored, *aside, *backup});
    } else {
        notices_.push_back({StoreNotice::Kind::StartedEmpty, *aside, {}});
    }
}

void Database::migrate(std::span<const Migration> migrations, StoreTime now) {
    const int version = userVersion(*connection_);
    const int newest = static_cast<int>(migrations.size());
    if (version == newest) return;
    if (version > 0 && !file_.empty()) makeBackup(*connection_, file_, now);
    SQLite::Transaction transaction(*connection_);
    for (int step = version; step < newest; ++step) {
        connection_->exec(migrations[static_cast<std::size_t>(step)]);
    }
    connection_->exec("PRAGMA user_version = " + std::to_string(newest));
    transaction.commit();
}

bool Database::stoppedCleanly() {
    if (!connection_->tableExists("clean_stop")) return userVersion(*connection_) == 0;
    SQLite::Statement query(*connection_, "SELECT clean FROM clean_stop WHERE id = 1");
    return query.executeStep() && query.getColumn(0).getInt() == 1;
}

void Database::markRunning() {
    connection_->exec(kCleanTable);
    connection_->exec("INSERT OR REPLACE INTO clean_stop (id, clean) VALUES (1, 0)");
}

void Database::setFullSync(bool full) {
    if (full == fullSync_) return;
    connection_->exec(full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
    fullSync_ = full;
}

Query Database::query(const char* sql) {
    auto found = std::find_if(statements_.begin(), statements_.end(),
                              [sql](const auto& entry) { return entry.first == sql; });
    if (found == statements_.end()) {
        statements_.emplace_back(sql, std::make_unique<SQLite::Statement>(*connection_, sql));
        found = std::prev(statements_.end());
    }
    found->second->clearBindings();
    return Query(*found->second);
}

}  // namespace dsm
