// SearchIndex: the full-text index of messages and titles, whose failures stop nothing else.
//
// Each change of the index lies in a savepoint of the transaction that writes the message: where
// it fails, it alone is undone, the index counts as stale and is made anew (rebuildIndex) from the
// messages, by upkeep.h, a few at a time. A disk without room and memory fail the whole.
//
// Threads   As the connection.
// Errors    SQLite::Exception.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <functional>
#include <stop_token>

namespace dsm {

// Runs a change of the index, in a transaction of the caller's, in a savepoint of its own.
void changeIndex(SQLite::Database& database, const std::function<void()>& change);

// Neither the file nor the computer failed: the index contradicts itself or is not there.
bool isFailureOfIndex(const SQLite::Exception& exception);

// Says that the index must be made anew.
void markIndexStale(SQLite::Database& database);
bool isIndexStale(SQLite::Database& database);

// The index knows each message and each title, and does not contradict itself. Writes nothing
// that stays, but wants a file that may be written: a copy.
bool isIndexSound(SQLite::Database& database);

// Goes on with making the index anew until it is whole or `stop` asks. Each step is a transaction
// of its own, so that others can write in between.
void rebuildIndex(SQLite::Database& database, const std::stop_token& stop);

}  // namespace dsm
