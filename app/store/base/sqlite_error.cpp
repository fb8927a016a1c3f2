#include "app/store/base/sqlite_error.h"

#include <sqlite3.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "kernels/base/folder.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

// Less than what SQLite needs beside a file to open it at all (32 KB of shared memory).
constexpr std::uintmax_t kNoRoom = 64 * 1024;

}  // namespace

std::uintmax_t roomFor(const std::filesystem::path& file) {
    return freeBytesIn(file.parent_path()).value_or(std::numeric_limits<std::uintmax_t>::max());
}

Trouble troubleOf(const SQLite::Exception& exception, const std::filesystem::path& file) {
    if (exception.getExtendedErrorCode() == SQLITE_CORRUPT_VTAB) return Trouble::IndexDamaged;
    if (exception.getExtendedErrorCode() == SQLITE_IOERR_SHMSIZE) return Trouble::DiskFull;
    switch (exception.getErrorCode() & 0xFF) {
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return Trouble::Damaged;
        case SQLITE_FULL:
            return Trouble::DiskFull;
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return Trouble::NotWritable;
        case SQLITE_CANTOPEN:
            return roomFor(file) < kNoRoom ? Trouble::DiskFull : Trouble::NotWritable;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return Trouble::Busy;
        case SQLITE_IOERR:
            return roomFor(file) < kNoRoom ? Trouble::DiskFull : Trouble::InputOutput;
        case SQLITE_NOMEM:
            return Trouble::NoMemory;
        default:
            return Trouble::Other;
    }
}

Error databaseError(const SQLite::Exception& exception, const std::filesystem::path& file) {
    const int code = exception.getErrorCode() & 0xFF;
    if (code == SQLITE_INTERRUPT) return {ErrorCode::Cancelled, "This was stopped before its end."};
    const std::string where = file.empty() ? std::string("memory") : file.string();
    const auto error = [&](ErrorCode kind, ReasonCode reason,
                           std::vector<std::string> arguments = {}) {
        return failure(kind, reason, std::move(arguments)).value();
    };
    switch (troubleOf(exception, file)) {
        case Trouble::DiskFull:
            return error(ErrorCode::Io, ReasonCode::StoreDiskFull, {where});
        case Trouble::NotWritable:
            return error(
                ErrorCode::Io,
                code == SQLITE_CANTOPEN ? ReasonCode::StoreNotOpened : ReasonCode::StoreReadOnly,
                {where});
        case Trouble::Busy:
            return error(ErrorCode::Io, ReasonCode::StoreInUse, {where});
        case Trouble::InputOutput:
            return error(ErrorCode::Io, ReasonCode::StoreUnreadable, {where, exception.what()});
        case Trouble::Damaged:
            return error(ErrorCode::Malformed, ReasonCode::StoreDamaged, {where, exception.what()});
        case Trouble::IndexDamaged:
            return error(ErrorCode::Malformed, ReasonCode::StoreIndexDamaged);
        case Trouble::NoMemory:
            return error(ErrorCode::OutOfMemory, ReasonCode::StoreNoMemory, {where});
        case Trouble::Other:
            break;
    }
    return error(ErrorCode::Internal, ReasonCode::StoreFailed, {where, exception.what()});
}

}  // namespace dsm
