// How a conversation lies in its row: columns, and tags as one text.
//
// Threads   Any.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>
#include <string_view>
#include <vector>

#include "app/store/stored_values.h"

namespace dsm {

// The columns that readConversation() expects in a SELECT.
#define DSM_CONVERSATION_COLUMNS                                                 \
    "id, title, title_is_automatic, pinned, created_ms, updated_ms, deleted_ms," \
    " current_leaf, sampling, system_prompt, folder, tags, archived"

StoredConversation readConversation(SQLite::Statement& row);

// A line feed before, between and after the names, so that one of them is found as a whole by
// instr(tags, tagMark(name)); "" for none. Sorted, each once; empty names are left out.
std::string packTags(std::vector<std::string> tags);
std::vector<std::string> unpackTags(std::string_view packed);
std::string tagMark(std::string_view tag);

}  // namespace dsm
