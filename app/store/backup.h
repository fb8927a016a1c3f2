// Backups of a database file: made, found, and put back in place of a damaged file.
//
//   <file>.backup-<time>     made through SQLite's backup interface, never by copying the file
//   <file>.damaged-<time>    a damaged file, moved aside with its -wal and -shm
//
// <time> is YYYYMMDD-HHMMSS in UTC, so that names sort by age.
//
// Threads   One at a time for a file.
// Errors    SQLite::Exception leaves these functions: Database is the boundary.
#pragma once

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <optional>
#include <vector>

#include "app/store/store_time.h"

namespace dsm {

inline constexpr std::size_t kBackupsKept = 3;

// PRAGMA integrity_check and foreign_key_check find nothing.
bool isIntact(SQLite::Database& database);

// Writes a backup of an open database and removes all but the newest kBackupsKept.
void makeBackup(SQLite::Database& database, const std::filesystem::path& file, StoreTime now);

// The newest first.
std::vector<std::filesystem::path> findBackups(const std::filesystem::path& file);

// A backup was made on the day (UTC) of `now`.
bool hasBackupOfDay(const std::filesystem::path& file, StoreTime now);

// Moves the file and what belongs to it out of the way; returns its new path. Nothing to return
// where the system refuses to move it.
std::optional<std::filesystem::path> moveAside(const std::filesystem::path& file, StoreTime now);

// Puts the newest intact backup where `file` was; returns which. `file` does not exist before.
std::optional<std::filesystem::path> restoreBackup(const std::filesystem::path& file);

}  // namespace dsm
