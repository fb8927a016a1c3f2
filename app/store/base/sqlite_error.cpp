#include "app/store/base/sqlite_error.h"

#include <sqlite3.h>

#include <limits>
#include <string>

#include "kernels/base/folder.h"

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
    if ((exception.getErrorCode() & 0xFF) == SQLITE_INTERRUPT)
        return {ErrorCode::Cancelled, "This was stopped before its end."};
    const std::string where = file.empty() ? std::string("memory") : file.string();
    switch (troubleOf(exception, file)) {
        case Trouble::DiskFull:
            return {ErrorCode::Io, "The disk is full; free some space and try again (" + where +
                                       " could not be written)."};
        case Trouble::NotWritable:
            if ((exception.getErrorCode() & 0xFF) == SQLITE_CANTOPEN) {
                return {ErrorCode::Io, where +
                                           " cannot be opened; check that its folder exists and "
                                           "may be written."};
            }
            return {ErrorCode::Io, where + " is open for reading only; nothing can be changed."};
        case Trouble::Busy:
            return {ErrorCode::Io,
                    where + " is in use by another program; close it and try again."};
        case Trouble::InputOutput:
            return {ErrorCode::Io, where + " could not be read or written: " + exception.what() +
                                       ". Check the disk."};
        case Trouble::Damaged:
            return {ErrorCode::Malformed, where + " is damaged (" + exception.what() +
                                              "). Start the program again to repair it."};
        case Trouble::IndexDamaged:
            return {ErrorCode::Malformed,
                    "The index of the search is damaged and is being made anew. Try again in a "
                    "moment."};
        case Trouble::NoMemory:
            return {ErrorCode::OutOfMemory, "There is not enough memory to use " + where + "."};
        case Trouble::Other:
            break;
    }
    return {ErrorCode::Internal, where + ": " + exception.what() + "."};
}

}  // namespace dsm
