#include "app/store/memory_copy.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace dsm {
namespace fs = std::filesystem;
namespace {

// Of a disk: it gives such a piece or refuses it.
constexpr std::size_t kSectorBytes = 4096;

struct Freed {
    void operator()(unsigned char* bytes) const { sqlite3_free(bytes); }
};
using Bytes = std::unique_ptr<unsigned char, Freed>;

class OpenFile {
  public:
    explicit OpenFile(const fs::path& file) : number_(::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {}
    ~OpenFile() {
        if (number_ >= 0) ::close(number_);
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    bool isOpen() const { return number_ >= 0; }
    // How many bytes there are; none where the disk does not give them.
    std::size_t read(unsigned char* to, std::size_t size, std::size_t at) const {
        ssize_t count = 0;
        do {
            count = ::pread(number_, to, size, static_cast<off_t>(at));
        } while (count < 0 && errno == EINTR);
        return count < 0 ? 0 : static_cast<std::size_t>(count);
    }

  private:
    int number_;
};

void readAll(const OpenFile& file, unsigned char* bytes, std::size_t size) {
    for (std::size_t at = 0; at < size; at += kSectorBytes)
        file.read(bytes + at, std::min(kSectorBytes, size - at), at);
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
    std::error_code error;
    const std::uintmax_t size = fs::file_size(file, error);
    const OpenFile source(file);
    if (error || !source.isOpen() || firstPage.empty() || size < 2 * firstPage.size() ||
        size > kLargestCopyBytes) {
        return nullptr;
    }
    Bytes bytes(static_cast<unsigned char*>(sqlite3_malloc64(size)));
    if (!bytes) throw SQLite::Exception("no memory for a copy", SQLITE_NOMEM);
    std::memset(bytes.get(), 0, size);
    readAll(source, bytes.get(), size);
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
