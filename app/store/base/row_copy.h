// RowCopy: carries rows of one table from a database that may be damaged into one that is not.
//
// A row is taken where each value has the type of its column; a row whose number the target has
// already stays as it is there. Rows between unreadable pages are asked for one by
// one.
//
// Threads   As the connections.
// Errors    SQLite::Exception where the target cannot be written or memory is short; what cannot
//           be read is left out.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <string>
#include <vector>

namespace dsm {

struct CopiedColumn {
    std::string name;
    std::string type;  // as the target's schema writes it
    bool isRequired = false;
    int keyPlace = 0;  // in the primary key, from 1
};

// The columns of `table` that both databases have.
std::vector<CopiedColumn> commonColumns(SQLite::Database& from, SQLite::Database& into,
                                        const std::string& table);
std::string joinedNames(const std::vector<CopiedColumn>& columns);
// Column `index` of the row as parameter `parameter`.
void bindColumn(SQLite::Statement& target, int parameter, SQLite::Statement& row, int index);

// What becomes of a row whose text is no UTF-8: nothing, where a backup may still hold it better;
// or it is taken with a mark in place of the bytes that are none.
enum class BadText { LeftOut, Replaced };

// How many rows were taken.
std::int64_t copyRows(SQLite::Database& from, SQLite::Database& into, const std::string& table,
                      BadText badText);

}  // namespace dsm
