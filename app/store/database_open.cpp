#include "app/store/database.h"

#include <SQLiteCpp/Backup.h>
#include <sqlite3.h>

#include <algorithm>
#include <optional>
#include <system_error>

#include "app/store/base/interruptible.h"
#include "app/store/base/read_only.h"
#include "app/store/base/store_state.h"
#include "app/store/care/backup.h"
#include "app/store/care/backup_name.h"
#include "app/store/care/salvage.h"
#include "kernels/base/file.h"
#include "kernels/base/folder.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace fs = std::filesystem;
namespace {

constexpr int kBusyTimeoutMs = 2000;

// One row; 1 while no program has the file open for writing.
constexpr const char* kCleanTable =
    "CREATE TABLE IF NOT EXISTS clean_stop (id INTEGER PRIMARY KEY CHECK (id = 1),"
    " clean INTEGER NOT NULL)";

int userVersion(SQLite::Database& database) {
    return database.execAndGet("PRAGMA user_version").getInt();
}

bool holdsTables(SQLite::Database& database, const Schema& schema) {
    return std::any_of(schema.tables.begin(), schema.tables.end(),
                       [&](const char* table) { return database.tableExists(table); });
}

Result<void> makeFolder(const fs::path& folder) {
    const auto made = makeFolders(folder);
    if (made) return {};
    return failure(ErrorCode::Io, ReasonCode::StoreFolderNotMade,
                   {folder.string(), systemReasonText(made.error().systemReason)});
}

// A power failure between the two renames of a repair: the whole file is there under its other
// name. What cannot be looked at or renamed is an error: an empty file would be made in its place.
Result<void> finishRestoring(const fs::path& file) {
    const fs::path restored = withSuffix(file, ".restored");
    const auto whole = kindOf(restored);
    if (!whole) return tl::unexpected(whole.error());
    if (*whole == PathKind::Missing) return {};
    const auto there = kindOf(file);
    if (!there) return tl::unexpected(there.error());
    if (*there != PathKind::Missing) {
        removeDatabase(restored);
        return {};
    }
    // What was left of the damaged file beside it is not the new one's.
    static_cast<void>(renamePath(withSuffix(file, "-wal"), withSuffix(file, ".damaged-rest-wal")));
    removeDatabase(file);
    return renamePath(restored, file);
}

}  // namespace

// `action` opens the file or throws.
template <class Action>
Result<std::unique_ptr<Database>> Database::opened(const fs::path& file, const Schema& schema,
                                                   Action&& action) {
    if (auto made = makeFolder(file.parent_path()); !made) return tl::unexpected(made.error());
    std::unique_ptr<Database> database(new Database(schema));
    database->file_ = file;
    try {
        try {
            action(*database);
        } catch (const SQLite::Exception& exception) {
            std::error_code error;
            const bool isDamaged = troubleOf(exception, file) == Trouble::Damaged;
            const bool isStopped = (exception.getErrorCode() & 0xFF) == SQLITE_INTERRUPT;
            if (isDamaged || isStopped || !fs::exists(file, error)) throw;
            database->openReadOnly(exception);
        }
    } catch (const SQLite::Exception& exception) {
        return tl::unexpected(databaseError(exception, file));
    } catch (const fs::filesystem_error& exception) {
        return failure(ErrorCode::Io, exception.what());
    }
    if (!database->readOnly_) database->place_.note(file);
    return database;
}

Result<std::unique_ptr<Database>> Database::open(const fs::path& file, const Schema& schema,
                                                 const StoreClock& clock, Doubt doubt,
                                                 OnDamage onDamage, const std::stop_token& stop) {
    if (auto finished = finishRestoring(file); !finished) return tl::unexpected(finished.error());
    return opened(file, schema, [&](Database& database) {
        database.openRepaired(clock(), doubt, onDamage, stop);
    });
}

Result<std::unique_ptr<Database>> Database::openSalvaged(const fs::path& file, const Schema& schema,
                                                         const StoreClock& clock,
                                                         const Salvaged& salvaged) {
    return opened(file, schema, [&](Database& database) {
        database.replaceDamaged(salvaged, clock());
        database.openChecked(clock(), Doubt::None);
    });
}

Result<std::unique_ptr<Database>> Database::openInMemory(const Schema& schema) {
    std::unique_ptr<Database> database(new Database(schema));
    try {
        database->connection_ = std::make_unique<SQLite::Database>(
            ":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        database->connection_->exec("PRAGMA foreign_keys = ON");
        database->migrate({});
        createState(*database->connection_);
    } catch (const SQLite::Exception& exception) {
        return tl::unexpected(databaseError(exception, {}));
    }
    return database;
}

Result<std::unique_ptr<Database>> Database::openToRead(const fs::path& file, const Schema& schema,
                                                       Salvaged& salvaged,
                                                       const std::stop_token& stop) {
    auto database = openInMemory(schema);
    if (!database) return database;
    try {
        salvaged = salvageInto((*database)->connection(), file, schema, stop);
    } catch (const SQLite::Exception& exception) {
        return tl::unexpected(databaseError(exception, file));
    } catch (const fs::filesystem_error& exception) {
        return failure(ErrorCode::Io, exception.what());
    }
    (*database)->stopWriting();
    return database;
}

void Database::openRepaired(StoreTime now, Doubt doubt, OnDamage onDamage,
                            const std::stop_token& stop) {
    try {
        openChecked(now, doubt, stop);
    } catch (const SQLite::Exception& exception) {
        const bool isDamaged = troubleOf(exception, file_) == Trouble::Damaged;
        if (!isDamaged || onDamage == OnDamage::Report) {
            noteDamage();  // no clean mark
            throw;
        }
        close();
        replaceDamaged(salvage(file_, schema_), now);
        openChecked(now, Doubt::None);
    }
}

void Database::openChecked(StoreTime now, Doubt doubt, const std::stop_token& stop) {
    connect();
    const int version = userVersion(*connection_);
    if (version > static_cast<int>(schema_.migrations.size())) {
        connection_->exec("PRAGMA query_only = ON");
        readOnly_ = true;
        notices_.push_back({.kind = StoreNotice::Kind::NewerVersion});
        return;
    }
    if (version == 0 && holdsTables(*connection_, schema_)) {
        throw SQLite::Exception("the header says that the file is new", SQLITE_CORRUPT);
    }
    if (doubt == Doubt::Check) {
        const Interruptible interruptible(*connection_, stop);
        const Integrity integrity = checkIntegrity(*connection_);
        if (integrity.isDamaged) throw SQLite::Exception(integrity.problem, SQLITE_CORRUPT);
    }
    needsCheck_ = !stoppedCleanly();
    connection_->exec("PRAGMA journal_mode = WAL");
    connection_->exec("PRAGMA foreign_keys = ON");
    setFullSync(true);
    migrate(now);
    if (const std::string column = missingColumn(*connection_, schema_); !column.empty())
        throw SQLite::Exception("the column " + column + " is missing", SQLITE_CORRUPT);
    createState(*connection_);
    if (version == 0 && notices_.empty() && bestForeignBackup(*connection_, file_, schema_)) {
        setState(*connection_, "offer_backup", 1);
    }
    markRunning();
    offerBackup();
}

void Database::connect() {
    close();
    connection_ = std::make_unique<SQLite::Database>(
        file_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyTimeoutMs);
    // Opening alone reads nothing, and a file that may not be written opens all the same: a write
    // lock that is given back shows both, and sees a damaged header.
    connection_->exec("BEGIN IMMEDIATE; ROLLBACK");
}

void Database::openReadOnly(const SQLite::Exception& reason) {
    close();
    readOnly_ = true;
    const bool isFull = troubleOf(reason, file_) == Trouble::DiskFull;
    notices_.push_back(
        {.kind = isFull ? StoreNotice::Kind::DiskFull : StoreNotice::Kind::NotWritable,
         .reason = reasonOf(databaseError(reason, file_))});
    connection_ = openForReading(file_);
    // An empty file holds nothing to show, and none of the tables that would be asked for.
    if (!holdsTables(*connection_, schema_)) throw reason;
    const int version = userVersion(*connection_);
    if (version > 0 && version < static_cast<int>(schema_.migrations.size())) readCopyOf(version);
}

// What an older program wrote lacks columns that are asked for, and cannot be given them: a copy
// in memory can.
void Database::readCopyOf(int version) {
    auto copy = std::make_unique<SQLite::Database>(":memory:",
                                                   SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    SQLite::Backup(*copy, *connection_).executeStep();
    connection_ = std::move(copy);
    applySteps(version);
    connection_->exec("PRAGMA query_only = ON");
}

void Database::replaceDamaged(const Salvaged& salvaged, StoreTime now) {
    const std::optional<fs::path> aside = moveAside(file_, now);
    if (!aside) throw SQLite::Exception("cannot be moved aside", SQLITE_CORRUPT);
    renameOrThrow(withSuffix(file_, ".restored"), file_);
    StoreNotice notice{.damaged = *aside,
                       .fromDamaged = salvaged.fromDamaged.rows,
                       .fromBackup = salvaged.fromBackup.rows};
    const bool readSomething = salvaged.fromDamaged.parents + salvaged.fromDamaged.rows > 0;
    if (salvaged.backup) {
        notice.backup = *salvaged.backup;
    } else {
        notice.kind = readSomething ? StoreNotice::Kind::Salvaged : StoreNotice::Kind::StartedEmpty;
    }
    notices_.push_back(std::move(notice));
}

void Database::migrate(StoreTime now) {
    const int version = userVersion(*connection_);
    const int newest = static_cast<int>(schema_.migrations.size());
    if (version == newest) return;
    if (version > 0 && !file_.empty()) {
        try {
            const auto last = stateNumber(*connection_, "backup_sequence");
            makeBackup(*connection_, file_, schema_, last.value_or(0) + 1, now);
        } catch (const BackupFailed& failed) {
            notices_.push_back({.kind = StoreNotice::Kind::BackupFailed, .reason = failed.reason});
        } catch (const SQLite::Exception& exception) {
            if (troubleOf(exception, file_) == Trouble::Damaged) throw;
            notices_.push_back({.kind = StoreNotice::Kind::BackupFailed,
                                .reason = reasonOf(databaseError(exception, file_))});
        }
    }
    applySteps(version);
}

void Database::applySteps(int version) {
    const std::span<const Migration> steps = schema_.migrations;
    SQLite::Transaction transaction(*connection_);
    for (const Migration step : steps.subspan(static_cast<std::size_t>(version)))
        connection_->exec(step);
    connection_->exec("PRAGMA user_version = " + std::to_string(steps.size()));
    transaction.commit();
}

void Database::offerBackup() {
    if (!stateNumber(*connection_, "offer_backup")) return;
    const auto best = bestForeignBackup(*connection_, file_, schema_);
    if (!best) return;
    notices_.push_back(
        {.kind = StoreNotice::Kind::BackupOffered, .backup = best->file, .fromBackup = best->rows});
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

}  // namespace dsm
