// Database: one SQLite file, opened so that nothing in it is lost or hidden silently.
//
// On opening: WAL, foreign keys, a busy timeout; missing migrations, all in one transaction. What
// takes long (a check after an unclean stop, the backup of the day) waits for upkeep.h, beside the
// use: dueUpkeep() says what is due.
//
// A file that proves damaged is moved aside; what can be read in it, and what the newest intact
// backup holds beyond that, is the new file (salvage.h). A file that a newer program wrote, or that
// cannot be written (no right, no room, another program's lock), is opened for reading only. A new
// or empty file beside backups works, and the best of them is offered. notices() tells of each.
//
// Ownership Holds the connection and its statements.
// Threads   One thread at a time; one process at a time is the caller's care.
// Errors    open(): Cancelled where `stop` ended the check; Io with a sentence for the user (a folder
//           that cannot be made, a file that cannot even be read); Malformed for a damaged file that
//           could not be moved aside.
//           Whatever the error, the file is as it was.
//           connection() and query() throw SQLite::Exception: the store above is the boundary.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "app/store/base/schema_steps.h"
#include "app/store/base/sqlite_error.h"
#include "app/store/base/store_notice.h"
#include "app/store/base/store_time.h"
#include "app/store/care/open_place.h"
#include "app/store/care/salvage.h"
#include "app/store/care/upkeep.h"
#include "kernels/base/result.h"

namespace dsm {

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

// Whether a file is checked to the end before it is used: because something met damage in it.
enum class Doubt { None, Check };
// What becomes of a file that proves damaged: it is repaired at once, which can take minutes, or
// open() fails with Malformed and changes nothing, so that salvageFile() can run elsewhere.
enum class OnDamage { Repair, Report };

// What the power may take with it when it fails: nothing, or the last moments.
enum class Durability { Full, Normal };

class Database {
  public:
    static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file,
                                                  const Schema& schema, const StoreClock& clock,
                                                  Doubt doubt = Doubt::None,
                                                  OnDamage onDamage = OnDamage::Repair,
                                                  const std::stop_token& stop = {});
    // Puts what salvageFile() made in the place of the damaged file, which is kept under another
    // name, and opens it. Nobody may have the file open, or have written to it since.
    static Result<std::unique_ptr<Database>> openSalvaged(const std::filesystem::path& file,
                                                          const Schema& schema,
                                                          const StoreClock& clock,
                                                          const Salvaged& salvaged);
    static Result<std::unique_ptr<Database>> openInMemory(const Schema& schema);
    // What can be read of a file that cannot be opened or repaired, and of its newest backup: in
    // memory, read only. Nothing is written beside the file.
    static Result<std::unique_ptr<Database>> openToRead(const std::filesystem::path& file,
                                                        const Schema& schema, Salvaged& salvaged,
                                                        const std::stop_token& stop = {});

    // Notes that the program stopped cleanly: unless the file was seen damaged, or the check that
    // an unclean stop asks for was not made.
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    bool isReadOnly() const { return readOnly_; }
    const std::vector<StoreNotice>& notices() const { return notices_; }
    const std::filesystem::path& file() const { return file_; }
    const Schema& schema() const { return schema_; }
    // Of a file that may be written: where it was opened. Nothing may be committed once it is lost.
    const OpenPlace& place() const { return place_; }

    // For the time of a repair: from now on it is read only, and leaves no clean mark.
    void stopWriting();

    // A statement met damage: whoever opens the file next checks it.
    void noteDamage() { sawDamage_ = true; }
    UpkeepTask dueUpkeep(StoreTime now);
    void noteUpkeep(const UpkeepReport& report);

    // Full waits for the disk at each commit; otherwise a power failure may take the last commits
    // with it, never the file. Not within a transaction.
    void setFullSync(bool full);

    SQLite::Database& connection() { return *connection_; }
    // Prepared once and kept; without bindings. `sql` is a literal: its address is its name. One
    // Query of the same `sql` at a time.
    Query query(const char* sql);

  private:
    explicit Database(const Schema& schema) : schema_(schema) {}

    template <class Action>
    static Result<std::unique_ptr<Database>> opened(const std::filesystem::path& file,
                                                    const Schema& schema, Action&& action);
    void openRepaired(StoreTime now, Doubt doubt, OnDamage onDamage, const std::stop_token& stop);
    void openChecked(StoreTime now, Doubt doubt, const std::stop_token& stop = {});
    void connect();
    void openReadOnly(const SQLite::Exception& reason);
    void close();
    void replaceDamaged(const Salvaged& salvaged, StoreTime now);
    void migrate(StoreTime now);
    void applySteps(int version);
    void readCopyOf(int version);
    void offerBackup();
    bool stoppedCleanly();
    void markRunning();
    void leaveOthersLog();

    const Schema schema_;
    std::filesystem::path file_;
    OpenPlace place_;
    std::unique_ptr<SQLite::Database> connection_;
    std::vector<std::pair<const char*, std::unique_ptr<SQLite::Statement>>> statements_;
    std::vector<StoreNotice> notices_;
    bool readOnly_ = false;
    bool needsCheck_ = false;
    bool sawDamage_ = false;
    bool fullSync_ = true;  // SQLite's default
};

}  // namespace dsm
