// Database: one SQLite file, opened so that nothing in it is lost silently.
//
// On opening: WAL, foreign keys, a busy timeout; after an unclean stop an integrity check; missing
// migrations, all in one transaction, after a backup of the file as it was. A file that is not
// intact is moved aside and the newest intact backup takes its place (backup.h). A file that a
// newer program wrote, or that cannot be written, is opened for reading only. notices() tells of
// each. At the first opening of a day an intact file is backed up.
//
// Ownership Holds the connection and its statements.
// Threads   One thread at a time; one process at a time is the caller's care.
// Errors    open(): Io with a sentence for the user (a full disk, a folder that cannot be
//           written); Malformed for a damaged file that could not even be moved aside.
//           connection() and statement() throw SQLite::Exception: the store above is the boundary.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "app/store/store_notice.h"
#include "app/store/store_time.h"
#include "kernels/base/result.h"

namespace dsm {

// One step of a schema: SQL that leads from version n to n + 1, n being its place in the list.
using Migration = const char*;

// A prepared statement in use; ends its result when it leaves the scope, because an open result
// holds back what other statements may do.
class Query {
  public:
    explicit Query(SQLite::Statement& statement) : statement_(statement) {}
    ~Query() { static_cast<void>(statement_.tryReset()); }
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    SQLite::Statement* operator->() { return &statement_; }
    SQLite::Statement& operator*() { return statement_; }

  private:
    SQLite::Statement& statement_;
};

class Database {
  public:
    static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file,
                                                  std::span<const Migration> migrations,
                                                  const StoreClock& clock);
    static Result<std::unique_ptr<Database>> openInMemory(std::span<const Migration> migrations);

    // Notes that the program stopped cleanly.
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    bool isReadOnly() const { return readOnly_; }
    const std::vector<StoreNotice>& notices() const { return notices_; }
    const std::filesystem::path& file() const { return file_; }

    // Full waits for the disk at each commit; otherwise a power failure may take the last commits
    // with it, never the file. Not within a transaction.
    void setFullSync(bool full);

    SQLite::Database& connection() { return *connection_; }
    // Prepared once and kept; without bindings. `sql` is a literal: its address is its name. One
    // Query of the same `sql` at a time.
    Query query(const char* sql);

  private:
    Database() = default;

    void openChecked(std::span<const Migration> migrations, StoreTime now);
    void connect();
    void connectForReading();
    void replaceDamaged(StoreTime now);
    void migrate(std::span<const Migration> migrations, StoreTime now);
    bool stoppedCleanly();
    void markRunning();

    std::filesystem::path file_;
    std::unique_ptr<SQLite::Database> connection_;
    std::vector<std::pair<const char*, std::unique_ptr<SQLite::Statement>>> statements_;
    std::vector<StoreNotice> notices_;
    bool readOnly_ = false;
    bool fullSync_ = true;  // SQLite's default
};

// What an exception of SQLite means to the user whose file it is.
Error databaseError(const SQLite::Exception& exception, const std::filesystem::path& file);

}  // namespace dsm
