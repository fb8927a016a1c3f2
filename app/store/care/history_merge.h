// Brings conversations of another history into this one: those of a backup that a person wants
// back, or that a damaged file has lost.
//
// A conversation is the same in both where its time of creation is, and its number or its title; so
// is a message of it, by number or text: one that came back under another number comes but once.
// What this history lacks is added, under new numbers where the old ones are taken by others.
// Nothing is removed or overwritten; a conversation that lies in this history's trash and not in
// the other's comes out of it.
//
// Threads   As the connections.
// Errors    SQLite::Exception. The caller's transaction makes it all or nothing.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include "app/store/base/schema_steps.h"

namespace dsm {

Carried bringBackHistory(SQLite::Database& into, SQLite::Database& from);

// Messages whose conversation is missing get one, named after their first question; a message
// whose parent is missing follows the one before it; a conversation shows its newest message.
void adoptOrphanMessages(SQLite::Database& database);

}  // namespace dsm
