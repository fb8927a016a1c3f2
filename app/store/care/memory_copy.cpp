#include "app/store/care/memory_copy.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "kernels/base/file.h"

namespace dsm {
namespace fs = std::filesystem;
namespace {

// Of a disk: it gives such a piece or refuses it.
constexpr std::size_t kSectorBytes = 4096;

struct Freed {
    void operator()(unsigned char* bytes) const { sqlite3_free(bytes); }
};
using Bytes = std::unique_ptr<unsigned char, Freed>;

// What the disk does not give stays as it is.
void readAll(const File& file, std::span<std::byte> bytes) {
    for (std::size_t at = 0; at < bytes.size(); at += kSectorBytes)
        static_cast<void>(
            file.readAt(at, bytes.subspan(at, std::min(kSectorBytes, bytes.size() - at))));
}

}  // namespace

std::string firstPageOf(SQLite::Database& database) {
    sqlite3_int64 size = 0;
    const Bytes bytes(sqlite3_serialize(database.getHandle(), "main", &size, 0));
    const std::int64_t pageSize = database.execAndGet("PRAGMA page_size").getInt64();
    if (!bytes || size < pageSize) return {};
    return std::string(reinterpret_cast<const char*>(bytes.get()),
                       static_cast<std::size_t>(pageSize));
}

std::unique_ptr<SQLite::Database> copyToMemory(const fs::path& file, const std::string& firstPage) {
    const auto source = File::openRegular(file);
    if (!source || firstPage.empty()) return nullptr;
    const std::uint64_t size = source->sizeWhenOpened();
    if (size < 2 * firstPage.size() || size > kLargestCopyBytes) return nullptr;
    Bytes bytes(static_cast<unsigned char*>(sqlite3_malloc64(size)));
    if (!bytes) throw SQLite::Exception("no memory for a copy", SQLITE_NOMEM);
    std::memset(bytes.get(), 0, size);
    readAll(*source, std::as_writable_bytes(std::span(bytes.get(), size)));
    std::memcpy(bytes.get(), firstPage.data(), firstPage.size());
    auto copy = std::make_unique<SQLite::Database>(":memory:",
                                                   SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    const auto length = static_cast<sqlite3_int64>(size);
    // It frees the bytes, also where it fails.
    const int code =
        sqlite3_deserialize(copy->getHandle(), "main", bytes.release(), length, length,
                            SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_READONLY);
    if (code != SQLITE_OK) throw SQLite::Exception(copy->getHandle(), code);
    copy->execAndGet("SELECT count(*) FROM sqlite_master");
    return copy;
}

}  // namespace dsm
