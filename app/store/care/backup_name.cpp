#include "app/store/care/backup_name.h"

#include <algorithm>
#include <cstdio>
#include <system_error>

#include "kernels/base/folder.h"

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

// A name that no file has yet: two of a second get -2, -3.
fs::path freeName(const fs::path& file, const char* mark, StoreTime now) {
    const fs::path name = withSuffix(file, mark + timeStamp(now));
    fs::path candidate = name;
    for (int n = 2; fs::exists(candidate); ++n) {
        candidate = withSuffix(name, "-" + std::to_string(n));
    }
    return candidate;
}

bool isSideFile(const std::string& name) {
    return name.ends_with("-wal") || name.ends_with("-shm") || name.ends_with("-journal");
}

}  // namespace

fs::path withSuffix(const fs::path& file, const std::string& suffix) {
    fs::path result = file;
    result += suffix;
    return result;
}

fs::path freeBackupName(const fs::path& file, StoreTime now) {
    return freeName(file, kBackupMark, now);
}

std::vector<fs::path> findBackups(const fs::path& file) {
    std::vector<fs::path> found;
    const std::string start = file.filename().string() + kBackupMark;
    std::error_code error;
    for (fs::directory_iterator entry(file.parent_path(), error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (name.starts_with(start) && !isSideFile(name)) found.push_back(entry->path());
    }
    std::sort(found.begin(), found.end(), std::greater<>());
    return found;
}

StoreTime timeOfBackup(const fs::path& backup) {
    const std::string name = backup.filename().string();
    const std::size_t mark = name.rfind(kBackupMark);
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    if (mark == std::string::npos ||
        std::sscanf(name.c_str() + mark, ".backup-%4d%2u%2u-%2d%2d%2d", &year, &month, &day, &hour,
                    &minute, &second) != 6) {
        return {};
    }
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(day)};
    if (!date.ok()) return {};
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second);
}

void removeDatabase(const fs::path& file) {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
        static_cast<void>(removePath(withSuffix(file, suffix)));  // usually there is none
    }
}

void renameOrThrow(const fs::path& from, const fs::path& to) {
    const auto renamed = renamePath(from, to);
    if (renamed) return;
    throw fs::filesystem_error("cannot rename", from, to,
                               {renamed.error().systemReason, std::generic_category()});
}

std::optional<fs::path> moveAside(const fs::path& file, StoreTime now) {
    const fs::path aside = freeName(file, kDamagedMark, now);
    if (!renamePath(file, aside)) return std::nullopt;
    for (const char* suffix : {"-wal", "-shm"}) {
        // Usually there is none. One that stayed would be taken for the new file's.
        if (!renamePath(withSuffix(file, suffix), withSuffix(aside, suffix)))
            static_cast<void>(removePath(withSuffix(file, suffix)));
    }
    return aside;
}

}  // namespace dsm
