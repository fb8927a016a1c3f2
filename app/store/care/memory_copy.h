// A copy of a database file in memory, for reading a file that SQLite cannot open where it lies and
// beside which nothing can be written.
//
// Threads   Any.
// Errors    SQLite::Exception. What the disk does not give counts as zeros.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace dsm {

// Larger ones are left where they are.
inline constexpr std::uintmax_t kLargestCopyBytes = std::uintmax_t{1} << 30;

// The first page of an open database.
std::string firstPageOf(SQLite::Database& database);

// `firstPage` takes the place of the file's; its journal is none of the -wal kind, and what only
// such a file holds is not in the copy. Nothing to return for a file that is no larger than two
// pages, or larger than kLargestCopyBytes, or that may not be opened.
std::unique_ptr<SQLite::Database> copyToMemory(const std::filesystem::path& file,
                                               const std::string& firstPage);

}  // namespace dsm
