// What Database needs to know of the tables it keeps.
//
// Threads   Plain values.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <span>

namespace dsm {

// One step of a schema: SQL that leads from version n to n + 1, n being its place in the list.
using Migration = const char*;

// How much was carried into a file from another.
struct Carried {
    std::int64_t parents = 0;  // conversations, jobs
    std::int64_t rows = 0;     // messages, numbers
};

struct Schema {
    std::span<const Migration> migrations;
    // The tables that hold what people made, those that others refer to first.
    std::span<const char* const> tables = {};
    // SQL for one row: how many parents, how many rows, and the number of the newest row.
    const char* amount = nullptr;
    // Adds what `from` holds and `into` lacks. Removes nothing.
    Carried (*bringBack)(SQLite::Database& into, SQLite::Database& from) = nullptr;
    // Finds a place for rows whose parents are missing.
    void (*adoptOrphans)(SQLite::Database& database) = nullptr;
    // Whether the full-text index answers for every row; writes nothing that stays.
    bool (*isIndexSound)(SQLite::Database& database) = nullptr;
};

}  // namespace dsm
