// Integrity: whether a database file is damaged, told apart from everything else that a check
// can run into.
//
// Threads   As the connection.
// Errors    SQLite::Exception where the check could not be made (memory, disk, lock, interrupt):
//           that says nothing about the file.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>

namespace dsm {

struct Integrity {
    bool isDamaged = false;      // pages or records of the file contradict each other
    bool indexesDiffer = false;  // an index disagrees with its table: REINDEX repairs it
    bool hasOrphans = false;     // rows that refer to rows that are not there
    std::string problem;         // SQLite's words for the first
};

Integrity checkIntegrity(SQLite::Database& database);

}  // namespace dsm
