// The names of the files beside a database.
//
//   <file>.backup-<time>       a backup (backup.h)
//   <file>.damaged-<time>      a damaged file, moved aside with its -wal and -shm
//   <file>.unfinished-backup   a backup that is being written; anew each time
//   <file>.restoring           the file that will take a damaged one's place, being written
//   <file>.restored            the same, complete: it is the file where the file is missing
//
// <time> is YYYYMMDD-HHMMSS in UTC. It is for people: which backup is newer, the contents say.
//
// Threads   One at a time for a file.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/store/base/store_time.h"

namespace dsm {

std::filesystem::path withSuffix(const std::filesystem::path& file, const std::string& suffix);
std::filesystem::path freeBackupName(const std::filesystem::path& file, StoreTime now);
// By name, the latest time first.
std::vector<std::filesystem::path> findBackups(const std::filesystem::path& file);
// What the name says, 1970 where it says nothing.
StoreTime timeOfBackup(const std::filesystem::path& backup);
// A database and what SQLite keeps beside it.
void removeDatabase(const std::filesystem::path& file);
// Throws std::filesystem::filesystem_error.
void renameOrThrow(const std::filesystem::path& from, const std::filesystem::path& to);

// Moves the file and what belongs to it out of the way; returns its new path. Nothing to return
// where the system refuses to move it.
std::optional<std::filesystem::path> moveAside(const std::filesystem::path& file, StoreTime now);

}  // namespace dsm
