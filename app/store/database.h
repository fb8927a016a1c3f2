// Database: one SQLite file, opened so that nothing in it is lost silently.
//
// On opening: WAL, foreign keys, a busy timeout; after an unclean stop an integrity check; missing
// migrations, all in one transaction, after a backup of the file as it was. A file that is not
// intact is moved aside as <file>.damaged-<time> and the newest backup that is takes its place. A
// file of a newer program is opened for reading only. notices() tells the user of each.
//
// Backups lie beside the file as <file>.backup-<time>; the newest three are kept. One is also made
// at the first opening of a day, so that there is always one to go back to.
//
// Ownership Holds the connection; statements borrow it.
// Threads   One thread at a time.
// Errors    open() and run(): Io with a sentence for the user (a full disk, a folder that cannot
//           be written); Malformed where a damaged file could not even be moved aside.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/base/result.h"

namespace dsm {

using StoreTime = std::chrono::sys_time<std::chrono::milliseconds>;
using StoreClock = std::function<StoreTime()>;

// One step of the schema: `sql` leads from version n to n + 1, n its place in the list.
struct Migration {
    const char* sql;
};

class Database {
  public:
    static constexpr int kBackupsKept = 3;

    static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file,
                                                  std::span<const Migration> migrations,
                                                  const StoreClock& clock);
    static Result<std::unique_ptr<Database>> openInMemory(std::span<const Migration> migrations);
    // Notes that the program stopped cleanly.
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    bool isReadOnly() const { return readOnly_; }
    const std::vector<std::string>& notices() const { return notices_; }

    // FULL waits for the disk at each commit; NORMAL may lose the last commits when the power
    // fails, never the file.
    void setFullSync(bool full);

    SQLite::Database& connection() { return *connection_; }
    // A prepared statement, kept and reused; reset and without bindings.
    SQLite::Statement& statement(const char* sql);

    bool isIntact();

  private:
    Database() = default;

    std::filesystem::path file_;
    std::unique_ptr<SQLite::Database> connection_;
    std::vector<std::pair<const char*, std::unique_ptr<SQLite::Statement>>> statements_;
    std::vector<std::string> notices_;
    bool readOnly_ = false;
    bool fullSync_ = false;
};

// What an exception of SQLite means to the user of `file`.
Error databaseError(const SQLite::Exception& exception, const std::filesystem::path& file);

}  // namespace dsm
