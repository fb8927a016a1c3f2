#include "app/store/care/salvage.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <span>
#include <string>
#include <system_error>
#include <utility>

#include "app/store/base/interruptible.h"
#include "app/store/base/read_only.h"
#include "app/store/base/row_copy.h"
#include "app/store/base/sqlite_error.h"
#include "app/store/base/store_state.h"
#include "app/store/care/backup.h"
#include "app/store/care/backup_name.h"
#include "app/store/care/integrity.h"
#include "app/store/care/memory_copy.h"
#include "app/store/search/search_index.h"
#include "kernels/base/file.h"
#include "kernels/base/folder.h"

namespace dsm {
namespace fs = std::filesystem;
namespace {

// Of the header, https://www.sqlite.org/fileformat.html section 1.3.
constexpr std::size_t kHeaderSize = 100;
constexpr std::size_t kPageSizeAt = 16;
constexpr std::size_t kJournalModeAt = 18;
constexpr std::size_t kChangeCounterAt = 24;
constexpr std::size_t kSizeValidForAt = 92;

// "" where the disk does not give it, or it is none.
std::string firstPage(const fs::path& donor) {
    const auto file = File::openRegular(donor);
    if (!file) return {};
    std::string page(kHeaderSize, '\0');
    const auto isRead = [&] {
        return file->readAt(0, std::as_writable_bytes(std::span(page))).value_or(0) == page.size();
    };
    if (!isRead()) return {};
    std::size_t size = (static_cast<unsigned char>(page[kPageSizeAt]) << 8) |
                       static_cast<unsigned char>(page[kPageSizeAt + 1]);
    if (size == 1) size = 65536;
    if (size < 512) return {};
    page.resize(size);
    return isRead() ? page : std::string();
}

// A size that is not valid for this change is taken from the file system instead.
void makeUsable(std::string& page, bool hasWal) {
    page[kJournalModeAt] = page[kJournalModeAt + 1] = hasWal ? 2 : 1;
    page[kSizeValidForAt] = static_cast<char>(page[kChangeCounterAt] ^ 1);
}

template <class Value>
void throwUnless(const Result<Value>& done) {
    if (done) return;
    const bool isFull = done.error().systemReason == ENOSPC || done.error().systemReason == EDQUOT;
    throw SQLite::Exception(done.error().message, isFull ? SQLITE_FULL : SQLITE_IOERR);
}

// A copy of the file with another first page; false where it is no page of such a file. What cannot
// be copied as a whole is not taken for all there was: the newest messages are in the -wal file.
bool copyWithFirstPage(const fs::path& file, std::string page, const fs::path& copy) {
    std::error_code error;
    if (page.empty() || fs::file_size(file, error) < 2 * page.size() || error) return false;
    const fs::path wal = withSuffix(file, "-wal");
    const auto kind = kindOf(wal);
    throwUnless(kind);
    const bool hasWal = *kind != PathKind::Missing;
    makeUsable(page, hasWal);
    removeDatabase(copy);
    throwUnless(copyFile(file, copy));
    if (hasWal) throwUnless(copyFile(wal, withSuffix(copy, "-wal")));
    auto changed = File::open(copy, O_WRONLY);
    throwUnless(changed);
    throwUnless(changed->writeAt(0, std::as_bytes(std::span(page))));
    return true;
}

std::unique_ptr<SQLite::Database> createTarget(const fs::path& file, const Schema& schema) {
    removeDatabase(file);
    auto target = std::make_unique<SQLite::Database>(file.string(),
                                                     SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    target->exec("PRAGMA foreign_keys = OFF");
    SQLite::Transaction transaction(*target);
    for (const Migration migration : schema.migrations)
        target->exec(migration);
    target->exec("PRAGMA user_version = " + std::to_string(schema.migrations.size()));
    createState(*target);
    transaction.commit();
    return target;
}

// Where copies of the damaged file may lie. One that is to take its place is made from what the disk
// gives or not at all; what is only shown is all that can be had.
enum class Copies { OnDisk, InMemory };

// A file that could not be finished takes no room.
class Unfinished {
  public:
    explicit Unfinished(fs::path file) : file_(std::move(file)) {}
    ~Unfinished() { removeDatabase(file_); }
    Unfinished(const Unfinished&) = delete;
    Unfinished& operator=(const Unfinished&) = delete;

  private:
    const fs::path file_;
};

// What of the damaged file can be opened: itself, or a copy with another first page.
class Readable {
  public:
    Readable(const fs::path& file, const std::vector<std::string>& firstPages, Copies copies,
             std::stop_token stop)
        : file_(file),
          copy_(withSuffix(file, ".restoring-copy")),
          copies_(copies),
          stop_(std::move(stop)) {
        if (copies_ == Copies::OnDisk) removed_.emplace(copy_);
        if (open([&] { return openForReading(file_); })) return;
        for (const std::string& page : firstPages) {
            if (openCopy(page)) return;
        }
    }

    Readable(const Readable&) = delete;
    Readable& operator=(const Readable&) = delete;

    Carried copyInto(SQLite::Database& into, const Schema& schema, BadText badText) {
        Carried carried;
        if (!database_) return carried;
        const Interruptible interruptible(*database_, stop_);
        SQLite::Transaction transaction(into);
        for (std::size_t i = 0; i < schema.tables.size(); ++i) {
            const std::int64_t rows = copyRows(*database_, into, schema.tables[i], badText);
            (i == 0 ? carried.parents : carried.rows) += rows;
        }
        transaction.commit();
        return carried;
    }

  private:
    bool openCopy(const std::string& firstPage) {
        if (copies_ == Copies::InMemory) {
            return open([&] {
                std::string page = firstPage;
                if (!page.empty()) makeUsable(page, false);
                return copyToMemory(file_, page);
            });
        }
        return copyWithFirstPage(file_, firstPage, copy_) &&
               open([&] { return openForReading(copy_); });
    }

    template <class Open>
    bool open(Open&& openDatabase) {
        try {
            database_ = openDatabase();
            if (!database_) return false;
            database_->exec("PRAGMA cell_size_check = ON");
            return true;
        } catch (const SQLite::Exception& exception) {
            database_.reset();
            const Trouble trouble = troubleOf(exception, file_);
            const bool isPassedOver = copies_ == Copies::InMemory && trouble != Trouble::NoMemory;
            if (trouble != Trouble::Damaged && !isPassedOver) throw;
            return false;
        }
    }

    const fs::path file_;
    const fs::path copy_;
    const Copies copies_;
    std::optional<Unfinished> removed_;  // before the database: closed first
    const std::stop_token stop_;
    std::unique_ptr<SQLite::Database> database_;
};

bool isKnown(const StoredBackup& backup, const Schema& schema) {
    return backup.isReadable && backup.version > 0 &&
           backup.version <= static_cast<int>(schema.migrations.size());
}

// False: it is not intact.
bool bringBack(const fs::path& backup, SQLite::Database& into, const Schema& schema,
               Carried& carried, const std::stop_token& stop) {
    SQLite::Database from(backup.string(), SQLite::OPEN_READONLY);
    const Interruptible interruptible(from, stop);
    if (checkIntegrity(from).isDamaged) return false;
    SQLite::Transaction transaction(into);
    if (schema.bringBack != nullptr) carried = schema.bringBack(into, from);
    transaction.commit();
    return true;
}

// The newest that is intact and that this program can read.
std::optional<fs::path> useBackup(const std::vector<StoredBackup>& backups, SQLite::Database& into,
                                  const Schema& schema, Copies copies, Carried& carried,
                                  const std::stop_token& stop) {
    for (const StoredBackup& backup : backups) {
        if (!isKnown(backup, schema)) continue;
        try {
            if (bringBack(backup.file, into, schema, carried, stop)) return backup.file;
        } catch (const SQLite::Exception& exception) {
            if (copies == Copies::OnDisk || stop.stop_requested()) throw;
            if (troubleOf(exception, backup.file) == Trouble::NoMemory) throw;
        }
    }
    return std::nullopt;
}

// That of a backup, or of `fresh`, in which nothing was written yet.
std::vector<std::string> firstPagesFor(const std::vector<StoredBackup>& backups,
                                       SQLite::Database& fresh) {
    std::vector<std::string> pages;
    for (const StoredBackup& backup : backups)
        pages.push_back(firstPage(backup.file));
    pages.push_back(firstPageOf(fresh));
    return pages;
}

Salvaged carryInto(SQLite::Database& target, const fs::path& file, const Schema& schema,
                   Copies copies, const std::stop_token& stop) {
    const std::vector<StoredBackup> backups = listBackups(file, schema);
    const Interruptible interruptible(target, stop);
    Readable readable(file, firstPagesFor(backups, target), copies, stop);
    Salvaged salvaged;
    salvaged.fromDamaged = readable.copyInto(target, schema, BadText::LeftOut);
    salvaged.backup = useBackup(backups, target, schema, copies, salvaged.fromBackup, stop);
    const Carried spoilt = readable.copyInto(target, schema, BadText::Replaced);
    salvaged.fromDamaged.parents += spoilt.parents;
    salvaged.fromDamaged.rows += spoilt.rows;
    if (schema.adoptOrphans != nullptr) {
        SQLite::Transaction transaction(target);
        schema.adoptOrphans(target);
        transaction.commit();
    }
    return salvaged;
}

}  // namespace

Salvaged salvage(const fs::path& file, const Schema& schema, const std::stop_token& stop) {
    const fs::path unfinished = withSuffix(file, ".restoring");
    const Unfinished removed(unfinished);
    auto target = createTarget(unfinished, schema);
    const Salvaged salvaged = carryInto(*target, file, schema, Copies::OnDisk, stop);
    if (schema.isIndexSound != nullptr) setState(*target, "index_next", 0);
    target.reset();
    renameOrThrow(unfinished, withSuffix(file, ".restored"));
    return salvaged;
}

Salvaged salvageInto(SQLite::Database& memory, const fs::path& file, const Schema& schema,
                     const std::stop_token& stop) {
    memory.exec("PRAGMA foreign_keys = OFF");  // rows refer to rows that come after them
    const Salvaged salvaged = carryInto(memory, file, schema, Copies::InMemory, stop);
    if (schema.isIndexSound != nullptr) {
        markIndexStale(memory);
        rebuildIndex(memory, stop);
    }
    return salvaged;
}

Result<Salvaged> salvageFile(const fs::path& file, const Schema& schema,
                             const std::stop_token& stop) {
    try {
        return salvage(file, schema, stop);
    } catch (const SQLite::Exception& exception) {
        return tl::unexpected(databaseError(exception, file));
    } catch (const fs::filesystem_error& exception) {
        return failure(ErrorCode::Io, exception.what());
    }
}

}  // namespace dsm
