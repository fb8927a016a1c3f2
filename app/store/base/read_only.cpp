#include "app/store/base/read_only.h"

#include <string>
#include <system_error>

#include "app/store/base/sqlite_error.h"

namespace dsm {
namespace fs = std::filesystem;
namespace {

constexpr int kBusyTimeoutMs = 2000;

// file: names may hold characters that a URI gives a meaning.
std::string immutableUri(const fs::path& file) {
    std::string uri = "file:";
    constexpr const char* kHex = "0123456789ABCDEF";
    for (const char c : fs::absolute(file).string()) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '?' || c == '#' || c == '%') {
            uri += '%';
            uri += kHex[byte >> 4];
            uri += kHex[byte & 15];
        } else {
            uri += c;
        }
    }
    return uri + "?immutable=1";
}

bool hasWal(const fs::path& file) {
    fs::path wal = file;
    wal += "-wal";
    std::error_code error;
    const auto size = fs::file_size(wal, error);
    return !error && size > 0;
}

void readSomething(SQLite::Database& database) {
    database.execAndGet("SELECT count(*) FROM sqlite_master");
}

}  // namespace

std::unique_ptr<SQLite::Database> openForReading(const fs::path& file) {
    try {
        auto database = std::make_unique<SQLite::Database>(file.string(), SQLite::OPEN_READONLY,
                                                           kBusyTimeoutMs);
        readSomething(*database);
        return database;
    } catch (const SQLite::Exception& exception) {
        if (troubleOf(exception, file) == Trouble::Damaged) throw;
    }
    if (!hasWal(file)) {
        auto database = std::make_unique<SQLite::Database>(
            immutableUri(file), SQLite::OPEN_READONLY | SQLite::OPEN_URI, kBusyTimeoutMs);
        readSomething(*database);
        return database;
    }
    // Exclusive locking keeps the index of the -wal in memory; the VFS without locks grants it.
    auto database = std::make_unique<SQLite::Database>(file.string(), SQLite::OPEN_READONLY,
                                                       kBusyTimeoutMs, "unix-none");
    database->exec("PRAGMA locking_mode = EXCLUSIVE");
    readSomething(*database);
    return database;
}

}  // namespace dsm
