// How a message lies in its row: columns, token ids, statistics.
//
// What a row holds is not trusted: values out of range become the nearest harmless ones.
//
// Threads   Any.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/store/stored_values.h"

namespace dsm {

// The columns that readMessage() expects first in a SELECT, of a table called m.
#define DSM_MESSAGE_COLUMNS                                                                       \
    "m.id, m.conversation_id, m.parent_id, m.role, m.state, m.text, m.created_ms, m.model_name, " \
    "m.token_ids, m.statistics, m.stop_reason, m.error, m.rating, "                               \
    "m.summary, m.prompt, m.attached"

StoredMessage readMessage(SQLite::Statement& row);

std::string packTokenIds(std::span<const std::int32_t> ids);
// Bytes that are no whole number at the end are ignored.
std::vector<std::int32_t> unpackTokenIds(std::string_view bytes);

std::string packStatistics(const StoredMessage& message);
// Missing, unknown and misshapen keys read as 0; so does text that is not JSON.
void unpackStatistics(std::string_view json, StoredMessage& message);

}  // namespace dsm
