// Backups of a database file: made, judged by what they hold, and thinned out.
//
// Which backup is newer is told by the number that each carries (store_state.h), then by its
// newest row, then by its name: a clock that was wrong for a day decides nothing.
//
// Kept are the newest two, the newest of each of kBackupsKept days, the one that holds most, and
// the one that holds most of what is foreign to the file (most of its parents are not there): a
// file that began anew beside backups pushes none of them out.
//
// Threads   One at a time for a file; a connection of its own for each backup that is read.
// Errors    SQLite::Exception leaves makeBackup(); BackupFailed where it could not be made for
//           another reason. The others say nothing of a backup that cannot be read but that.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/store/base/schema_steps.h"
#include "app/store/base/store_time.h"
#include "app/store/care/integrity.h"
#include "kernels/base/reason.h"

namespace dsm {

inline constexpr std::size_t kBackupsKept = 3;

struct StoredBackup {
    std::filesystem::path file;
    StoreTime made{};
    bool isReadable = false;
    int version = 0;
    std::int64_t sequence = 0;
    std::int64_t parents = 0;  // conversations
    std::int64_t rows = 0;     // messages
    std::int64_t newestRow = 0;
};

struct BackupFailed {
    Reason reason;
};

// The newest first.
std::vector<StoredBackup> listBackups(const std::filesystem::path& file, const Schema& schema);

// Of those that are foreign to the open file the one that holds most.
std::optional<StoredBackup> bestForeignBackup(SQLite::Database& database,
                                              const std::filesystem::path& file,
                                              const Schema& schema);

struct MadeBackup {
    std::filesystem::path file;
    Integrity integrity;  // what the check of the copy found
};

// A copy of an open database that was checked before it got the name of a backup; then old ones
// go. `sequence` is written into it. nullopt: stopped. Throws SQLITE_CORRUPT where the copy is
// damaged.
std::optional<MadeBackup> makeBackup(SQLite::Database& database, const std::filesystem::path& file,
                                     const Schema& schema, std::int64_t sequence, StoreTime now,
                                     const std::stop_token& stop = {});

// Of these, newest first, the ones that may go. `isForeign` says it of each.
std::vector<std::filesystem::path> dispensable(const std::vector<StoredBackup>& backups,
                                               const std::vector<bool>& isForeign);

}  // namespace dsm
