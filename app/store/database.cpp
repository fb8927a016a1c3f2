#include "app/store/database.h"

#include <sqlite3.h>

#include <algorithm>
#include <iterator>

#include "app/store/base/store_state.h"
#include "app/store/search/search_index.h"

namespace dsm {
namespace {

// So many new rows are worth a backup before the day is over.
constexpr std::int64_t kManyRows = 200;

std::int64_t dayOf(StoreTime time) {
    return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

}  // namespace

Database::~Database() {
    statements_.clear();
    if (!connection_) return;
    const bool isLost = place_.lost().has_value();
    if (isLost) leaveOthersLog();
    if (isLost || readOnly_ || file_.empty() || needsCheck_ || sawDamage_) return;
    try {
        setFullSync(true);
        connection_->exec("UPDATE clean_stop SET clean = 1");
    } catch (const SQLite::Exception&) {
        // The next start checks the file once more than needed.
    }
}

// Closing removes the log by its name, whoever's it is by now.
void Database::leaveOthersLog() {
    int isKept = 1;
    sqlite3_file_control(connection_->getHandle(), nullptr, SQLITE_FCNTL_PERSIST_WAL, &isKept);
}

void Database::close() {
    statements_.clear();
    connection_.reset();
}

UpkeepTask Database::dueUpkeep(StoreTime now) {
    UpkeepTask task;
    if (readOnly_ || file_.empty() || place_.lost()) return task;
    task.check = needsCheck_ || sawDamage_;
    try {
        task.index = schema_.isIndexSound != nullptr && isIndexStale(*connection_);
        if (schema_.amount == nullptr) return task;
        SQLite::Statement amount(*connection_, schema_.amount);
        if (!amount.executeStep() || amount.getColumn(0).getInt64() == 0) return task;
        const auto last = stateNumber(*connection_, "backup_ms");
        const std::int64_t rows = stateNumber(*connection_, "backup_rows").value_or(0);
        task.backup = !last || dayOf(fromMilliseconds(*last)) != dayOf(now) ||
                      amount.getColumn(2).getInt64() >= rows + kManyRows;
    } catch (const SQLite::Exception& exception) {
        if (troubleOf(exception, file_) == Trouble::Damaged) {
            noteDamage();
            task.check = true;
        }
    }
    return task;
}

void Database::noteUpkeep(const UpkeepReport& report) {
    if (report.isDamaged) {
        noteDamage();
    } else if (report.isChecked) {
        needsCheck_ = false;
        sawDamage_ = false;
    }
}

void Database::stopWriting() {
    readOnly_ = true;
    if (connection_->tryExec("PRAGMA query_only = ON") != SQLITE_OK) noteDamage();
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
