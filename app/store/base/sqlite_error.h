// What an exception of SQLite says about the file, and what its user is told.
//
// Only Damaged speaks of the bytes of the file. Everything else is a state of the computer that
// passes, for which nothing in the file may be changed or moved.
//
// Threads   Any.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>

#include "kernels/base/result.h"

namespace dsm {

enum class Trouble {
    Damaged,       // SQLITE_CORRUPT or SQLITE_NOTADB of the file itself
    IndexDamaged,  // SQLITE_CORRUPT_VTAB: a full-text index contradicts itself
    DiskFull,
    NotWritable,
    Busy,
    InputOutput,
    NoMemory,
    Other,
};

// An I/O error on a disk without room counts as DiskFull: SQLite cannot always tell.
Trouble troubleOf(const SQLite::Exception& exception, const std::filesystem::path& file);

Error databaseError(const SQLite::Exception& exception, const std::filesystem::path& file);

// What an ordinary user may still write on the disk of `file`; the largest number where the
// system does not say.
std::uintmax_t roomFor(const std::filesystem::path& file);

}  // namespace dsm
