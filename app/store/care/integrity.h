// Integrity: whether a database file is damaged, told apart from everything else that a check
// can run into.
//
// Threads   As the connection.
// Errors    SQLite::Exception where the check could not be made (memory, disk, lock, interrupt):
//           that says nothing about the file.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>

#include "app/store/base/schema_steps.h"

namespace dsm {

struct Integrity {
    bool isDamaged = false;      // pages or records of the file contradict each other
    bool indexesDiffer = false;  // an index disagrees with its table: REINDEX repairs it
    bool hasOrphans = false;     // rows that refer to rows that are not there
    std::string problem;         // SQLite's words for the first
};

Integrity checkIntegrity(SQLite::Database& database);

// The first column that a table made by all steps has and the file's has not, as "messages.text"; ""
// where there is none. What SQLite checks is whether a file agrees with itself, not with us. The
// full-text indexes are left out: they are made anew where they do not answer.
std::string missingColumn(SQLite::Database& database, const Schema& schema);

}  // namespace dsm
