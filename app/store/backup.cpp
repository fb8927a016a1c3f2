#include "app/store/backup.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <system_error>

namespace dsm {
namespace fs = std::filesystem;
namespace {

constexpr const char* kBackupMark = ".backup-";
constexpr const char* kDamagedMark = ".damaged-";

std::string timeStamp(StoreTime time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
    char text[64];
    std::snprintf(text, sizeof text, "%04d%02u%02u-%02d%02d%02d", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return text;
}

fs::path withSuffix(const fs::path& file, const std::string& suffix) {
    fs::path result = file;
    result += suffix;
    return result;
}

// A name that no file has yet: two of a second get -2, -3.
fs::path freeName(const fs::path& file, const char* mark, StoreTime now) {
    const fs::path name = withSuffix(file, mark + timeStamp(now));
    fs::path candidate = name;
    for (int n = 2; fs::exists(candidate); ++n) {
        candidate = withSuffix(name, "-" + std::to_string(n));
    }
    return candidate;
}

void removeOldBackups(const fs::path& file) {
    const std::vector<fs::path> backups = findBackups(file);
    for (std::size_t i = kBackupsKept; i < backups.size(); ++i) {
        std::error_code ignored;
        fs::remove(backups[i], ignored);
    }
}

bool isIntactFile(const fs::path& file) {
    try {
        SQLite::Database database(file.string(), SQLite::OPEN_READONLY);
        return isIntact(database);
    } catch (const SQLite::Exception&) {
        return false;
    }
}

void copyDatabase(SQLite::Database& from, const fs::path& to) {
    SQLite::Database target(to.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    SQLite::Backup backup(target, from);
    backup.executeStep(-1);
    // A backup is one file: no -wal beside it that could be forgotten.
    target.exec("PRAGMA journal_mode = DELETE");
}

}  // namespace

bool isIntact(SQLite::Database& database) {
    try {
        SQLite::Statement integrity(database, "PRAGMA integrity_check(1)");
        if (!integrity.executeStep() || integrity.getColumn(0).getString() != "ok") return false;
        SQLite::Statement keys(database, "PRAGMA foreign_key_check");
        return !keys.executeStep();
    } catch (const SQLite::Exception&) {
        return false;
    }
}

void makeBackup(SQLite::Database& database, const fs::path& file, StoreTime now) {
    // Written under another name first: a backup that was cut short must not look like one.
    const fs::path unfinished = withSuffix(file, ".unfinished-backup");
    std::error_code ignored;
    fs::remove(unfinished, ignored);
    copyDatabase(database, unfinished);
    std::error_code error;
    fs::rename(unfinished, freeName(file, kBackupMark, now), error);
    if (!error) removeOldBackups(file);
}

std::vector<fs::path> findBackups(const fs::path& file) {
    std::vector<fs::path> found;
    const std::string start = file.filename().string() + kBackupMark;
    std::error_code error;
    for (fs::directory_iterator entry(file.parent_path(), error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (!name.starts_with(start)) continue;
        if (name.ends_with("-wal") || name.ends_with("-shm") || name.ends_with("-journal"))
            continue;
        found.push_back(entry->path());
    }
    std::sort(found.begin(), found.end(), std::greater<>());
    return found;
}

bool hasBackupOfDay(const fs::path& file, StoreTime now) {
    const std::string start = file.filename().string() + kBackupMark + timeStamp(now).substr(0, 8);
    const std::vector<fs::path> backups = findBackups(file);
    return std::any_of(backups.begin(), backups.end(), [&](const fs::path& backup) {
        return backup.filename().string().starts_with(start);
    });
}

std::optional<fs::path> moveAside(const fs::path& file, StoreTime now) {
    const fs::path aside = freeName(file, kDamagedMark, now);
    std::error_code error;
    fs::rename(file, aside, error);
    if (error) return std::nullopt;
    for (const char* suffix : {"-wal", "-shm"}) {
        std::error_code ignored;  // usually there is none
        fs::rename(withSuffix(file, suffix), withSuffix(aside, suffix), ignored);
        // One that stayed would be taken for the new file's.
        fs::remove(withSuffix(file, suffix), ignored);
    }
    return aside;
}

std::optional<fs::path> restoreBackup(const fs::path& file) {
    for (const fs::path& backup : findBackups(file)) {
        if (!isIntactFile(backup)) continue;
        SQLite::Database source(backup.string(), SQLite::OPEN_READONLY);
        copyDatabase(source, file);
        return backup;
    }
    return std::nullopt;
}

}  // namespace dsm
