// What the full-text index holds of one message or title. A failure of the index alone stops
// nothing (search_index.h).
//
// Threads   As the database.
// Errors    SQLite::Exception: no room on the disk, no memory.
#pragma once

#include <cstdint>
#include <string_view>

#include "app/store/database.h"

namespace dsm {

void indexMessage(Database& database, std::int64_t id, std::string_view text);
void indexTitle(Database& database, std::int64_t id, std::string_view title);

}  // namespace dsm
