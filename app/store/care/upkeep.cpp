#include "app/store/care/upkeep.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <algorithm>
#include <exception>

#include "app/store/base/interruptible.h"
#include "app/store/base/sqlite_error.h"
#include "app/store/base/store_state.h"
#include "app/store/care/backup.h"
#include "app/store/care/integrity.h"
#include "app/store/search/search_index.h"

namespace dsm {
namespace fs = std::filesystem;
namespace {

// The window writes in short transactions: waiting for it is always short.
constexpr int kUpkeepTimeoutMs = 10'000;

class Upkeep {
  public:
    Upkeep(const fs::path& file, const Schema& schema, StoreTime now, const std::stop_token& stop)
        : file_(file),
          schema_(schema),
          now_(now),
          stop_(stop),
          database_(file.string(), SQLite::OPEN_READWRITE, kUpkeepTimeoutMs),
          interruptible_(database_, stop) {}

    UpkeepReport run(const UpkeepTask& task) {
        try {
            if (task.check || task.backup) copyAndCheck();
            if (task.check && !report_.isChecked) checkInPlace();
            if (schema_.isIndexSound != nullptr && !report_.isDamaged)
                rebuildIndex(database_, stop_);
        } catch (const SQLite::Exception& exception) {
            note(exception);
        }
        return report_;
    }

  private:
    void copyAndCheck() {
        try {
            const std::int64_t sequence = nextSequence();
            const auto made = makeBackup(database_, file_, schema_, sequence, now_, stop_);
            if (!made) return;
            report_.backup = made->file;
            report_.isChecked = true;
            remember(sequence);
            repairSmallThings(made->integrity);
        } catch (const BackupFailed& failed) {
            report_.problem = failed.reason;
        } catch (const SQLite::Exception& exception) {
            note(exception);
            // Either the file is damaged or the copy is: the file itself tells.
            if (troubleOf(exception, file_) == Trouble::Damaged) checkInPlace();
        }
    }

    void checkInPlace() {
        const Integrity integrity = checkIntegrity(database_);
        report_.isChecked = true;
        report_.isDamaged = integrity.isDamaged;
        report_.damage = integrity.problem;
        if (!report_.isDamaged) repairSmallThings(integrity);
    }

    // Above what any backup beside the file carries: one made by a file that was lost, too.
    std::int64_t nextSequence() {
        std::int64_t last = stateNumber(database_, "backup_sequence").value_or(0);
        for (const StoredBackup& backup : listBackups(file_, schema_))
            last = std::max(last, backup.sequence);
        return last + 1;
    }

    void remember(std::int64_t sequence) {
        SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
        createState(database_);
        setState(database_, "backup_sequence", sequence);
        setState(database_, "backup_ms", toMilliseconds(now_));
        if (schema_.amount != nullptr) {
            SQLite::Statement amount(database_, schema_.amount);
            if (amount.executeStep())
                setState(database_, "backup_rows", amount.getColumn(2).getInt64());
        }
        transaction.commit();
    }

    // What a check finds beside damage: all of it can be put right in place.
    void repairSmallThings(const Integrity& integrity) {
        if (integrity.indexesDiffer) database_.exec("REINDEX");
        if (integrity.hasOrphans && schema_.adoptOrphans != nullptr) {
            SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
            schema_.adoptOrphans(database_);
            transaction.commit();
        }
        if (schema_.isIndexSound != nullptr && !indexIsSound()) markIndexStale(database_);
    }

    // The check of a full-text index wants to write: on the backup, which it leaves as it was.
    bool indexIsSound() {
        if (!report_.backup) return schema_.isIndexSound(database_);
        SQLite::Database copy(report_.backup->string(), SQLite::OPEN_READWRITE);
        return schema_.isIndexSound(copy);
    }

    void note(const SQLite::Exception& exception) {
        if (exception.getErrorCode() == SQLITE_INTERRUPT && stop_.stop_requested()) return;
        if (report_.problem.empty()) report_.problem = reasonOf(databaseError(exception, file_));
    }

    const fs::path file_;
    const Schema& schema_;
    const StoreTime now_;
    const std::stop_token stop_;
    SQLite::Database database_;
    const Interruptible interruptible_;
    UpkeepReport report_;
};

}  // namespace

UpkeepReport keepUp(const fs::path& file, const Schema& schema, const UpkeepTask& task,
                    StoreTime now, const std::stop_token& stop) {
    if (task.isEmpty()) return {};
    try {
        return Upkeep(file, schema, now, stop).run(task);
    } catch (const std::exception& exception) {
        UpkeepReport report;
        report.problem = Reason(ReasonCode::Other, {exception.what()});
        return report;
    }
}

}  // namespace dsm
