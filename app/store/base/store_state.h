// Store state: numbers that a database file keeps about itself, by name.
//
//   backup_sequence   of the last backup; higher is newer, whatever the clock said
//   backup_ms         when it was made
//   backup_rows       the newest row's number at that time
//   offer_backup      1: the file began anew beside backups, and its user has not decided yet
//   index_next        while the full-text index is made anew: the first message still to come
//   start_ms, seen_ms the last start, and the time that passed between plausible starts
//   trash:<id>        seen_ms when a conversation or a text went to the trash
//
// Threads   As the connection.
// Errors    SQLite::Exception leaves these functions.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <optional>
#include <string>

namespace dsm {

void createState(SQLite::Database& database);
// Nothing where the table is missing, too: an older program's file.
std::optional<std::int64_t> stateNumber(SQLite::Database& database, const std::string& name);
void setState(SQLite::Database& database, const std::string& name, std::int64_t value);
void removeState(SQLite::Database& database, const std::string& name);

}  // namespace dsm
