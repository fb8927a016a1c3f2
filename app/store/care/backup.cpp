#include "app/store/care/backup.h"

#include <SQLiteCpp/Backup.h>
#include <sqlite3.h>

#include <algorithm>
#include <set>
#include <system_error>
#include <tuple>
#include <utility>

#include "app/store/base/sqlite_error.h"
#include "app/store/base/store_state.h"
#include "app/store/care/backup_name.h"
#include "kernels/base/bytes_in_words.h"
#include "kernels/base/folder.h"

namespace dsm {
namespace fs = std::filesystem;
namespace {

// What stays free for the conversation after a backup took its room.
constexpr std::uintmax_t kReserve = 1 << 20;
constexpr int kPagesAtOnce = 2000;

StoredBackup describe(const fs::path& file, const Schema& schema) {
    StoredBackup backup;
    backup.file = file;
    backup.made = timeOfBackup(file);
    try {
        SQLite::Database database(file.string(), SQLite::OPEN_READONLY);
        backup.version = database.execAndGet("PRAGMA user_version").getInt();
        backup.sequence = stateNumber(database, "backup_sequence").value_or(0);
        if (schema.amount != nullptr) {
            SQLite::Statement amount(database, schema.amount);
            if (amount.executeStep()) {
                backup.parents = amount.getColumn(0).getInt64();
                backup.rows = amount.getColumn(1).getInt64();
                backup.newestRow = amount.getColumn(2).getInt64();
            }
        }
        backup.isReadable = true;
    } catch (const SQLite::Exception&) {
        // It is listed as what it is.
    }
    return backup;
}

bool isNewer(const StoredBackup& a, const StoredBackup& b) {
    return std::tie(a.isReadable, a.sequence, a.newestRow, a.file) >
           std::tie(b.isReadable, b.sequence, b.newestRow, b.file);
}

bool holdsMore(const StoredBackup& a, const StoredBackup& b) {
    return std::tie(a.rows, a.parents) > std::tie(b.rows, b.parents);
}

// False: stopped.
bool copyPages(SQLite::Database& from, SQLite::Database& to, const std::stop_token& stop) {
    SQLite::Backup backup(to, from);
    while (backup.executeStep(kPagesAtOnce) != SQLITE_DONE) {
        if (stop.stop_requested()) return false;
    }
    return true;
}

std::optional<Integrity> writeCopy(SQLite::Database& database, const fs::path& target,
                                   std::int64_t sequence, const std::stop_token& stop) {
    // One state of the file, however much is written meanwhile.
    SQLite::Transaction reading(database);
    database.execAndGet("SELECT count(*) FROM sqlite_master");
    SQLite::Database copy(target.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    if (!copyPages(database, copy, stop)) return std::nullopt;
    // A backup is one file: no -wal beside it that could be forgotten.
    copy.exec("PRAGMA journal_mode = DELETE");
    Integrity integrity = checkIntegrity(copy);
    if (integrity.isDamaged) throw SQLite::Exception(integrity.problem, SQLITE_CORRUPT);
    createState(copy);
    setState(copy, "backup_sequence", sequence);
    return integrity;
}

void requireRoom(SQLite::Database& database, const fs::path& file) {
    const std::uintmax_t size =
        static_cast<std::uintmax_t>(database.execAndGet("PRAGMA page_count").getInt64()) *
        static_cast<std::uintmax_t>(database.execAndGet("PRAGMA page_size").getInt64());
    if (roomFor(file) >= size + kReserve) return;
    throw BackupFailed{
        {ReasonCode::NoRoomForBackup, {file.string(), bytesInWords(size + kReserve)}}};
}

// Most of the backup's parents are not in the file.
bool isForeignTo(SQLite::Database& database, const StoredBackup& backup, const Schema& schema) {
    if (!backup.isReadable || backup.parents == 0 || schema.tables.empty()) return false;
    try {
        SQLite::Statement attach(database, "ATTACH ? AS held");
        attach.bind(1, backup.file.string());
        attach.exec();
        const std::string table = schema.tables[0];
        const std::int64_t missing =
            database
                .execAndGet("SELECT count(*) FROM held." + table +
                            " AS h WHERE NOT EXISTS (SELECT 1 FROM main." + table +
                            " AS m WHERE m.id = h.id AND m.created_ms = h.created_ms)")
                .getInt64();
        database.exec("DETACH held");
        return 2 * missing > backup.parents;
    } catch (const SQLite::Exception&) {
        database.tryExec("DETACH held");
        return true;  // not understood: not thrown away either
    }
}

void removeOldBackups(SQLite::Database& database, const fs::path& file, const Schema& schema) {
    const std::vector<StoredBackup> backups = listBackups(file, schema);
    std::vector<bool> isForeign;
    for (const StoredBackup& backup : backups)
        isForeign.push_back(isForeignTo(database, backup, schema));
    for (const fs::path& old : dispensable(backups, isForeign)) {
        static_cast<void>(removePath(old));
    }
}

}  // namespace

std::vector<StoredBackup> listBackups(const fs::path& file, const Schema& schema) {
    std::vector<StoredBackup> backups;
    for (const fs::path& backup : findBackups(file))
        backups.push_back(describe(backup, schema));
    std::sort(backups.begin(), backups.end(), isNewer);
    return backups;
}

std::optional<StoredBackup> bestForeignBackup(SQLite::Database& database, const fs::path& file,
                                              const Schema& schema) {
    std::optional<StoredBackup> best;
    for (const StoredBackup& backup : listBackups(file, schema)) {
        if (best && !holdsMore(backup, *best)) continue;
        if (isForeignTo(database, backup, schema)) best = backup;
    }
    return best;
}

std::optional<MadeBackup> makeBackup(SQLite::Database& database, const fs::path& file,
                                     const Schema& schema, std::int64_t sequence, StoreTime now,
                                     const std::stop_token& stop) {
    requireRoom(database, file);
    // Written under another name first: a backup that was cut short must not look like one.
    const fs::path unfinished = withSuffix(file, ".unfinished-backup");
    removeDatabase(unfinished);
    std::optional<Integrity> integrity;
    try {
        integrity = writeCopy(database, unfinished, sequence, stop);
    } catch (...) {
        removeDatabase(unfinished);  // its room is needed more than it
        throw;
    }
    if (!integrity) {
        removeDatabase(unfinished);
        return std::nullopt;
    }
    const fs::path backup = freeBackupName(file, now);
    if (const auto renamed = renamePath(unfinished, backup); !renamed) {
        removeDatabase(unfinished);
        throw BackupFailed{reasonOf(renamed.error())};
    }
    removeOldBackups(database, file, schema);
    return MadeBackup{backup, std::move(*integrity)};
}

std::vector<fs::path> dispensable(const std::vector<StoredBackup>& backups,
                                  const std::vector<bool>& isForeign) {
    std::set<fs::path> kept;
    std::set<StoreTime> days;
    const StoredBackup* most = nullptr;
    const StoredBackup* mostForeign = nullptr;
    for (std::size_t i = 0; i < backups.size(); ++i) {
        const StoredBackup& backup = backups[i];
        const StoreTime day = std::chrono::floor<std::chrono::days>(backup.made);
        if (i < 2 || (days.size() < kBackupsKept && !days.contains(day))) kept.insert(backup.file);
        if (days.size() < kBackupsKept) days.insert(day);
        if (most == nullptr || holdsMore(backup, *most)) most = &backup;
        if (isForeign[i] && (mostForeign == nullptr || holdsMore(backup, *mostForeign)))
            mostForeign = &backup;
    }
    if (most != nullptr) kept.insert(most->file);
    if (mostForeign != nullptr) kept.insert(mostForeign->file);
    std::vector<fs::path> result;
    for (const StoredBackup& backup : backups) {
        if (!kept.contains(backup.file)) result.push_back(backup.file);
    }
    return result;
}

}  // namespace dsm
