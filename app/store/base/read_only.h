// Opens a database for reading where nothing may be written beside it: a folder without the
// right, a disk without a free byte, another program that holds the lock.
//
// A -wal file holds the newest commits; they are read with it, without the -shm file that SQLite
// would otherwise want to make.
//
// Threads   Any.
// Errors    SQLite::Exception.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <memory>

namespace dsm {

// Nobody may write the file while it is read this way.
std::unique_ptr<SQLite::Database> openForReading(const std::filesystem::path& file);

}  // namespace dsm
