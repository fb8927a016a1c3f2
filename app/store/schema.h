// The schema of the history, step by step; a step that users have is never changed.
//
// The tables are read by conversation_store.cpp alone. Times are milliseconds of UTC. token_ids are
// 32-bit little-endian integers. statistics is a JSON object whose unknown keys are ignored.
// messages.parent_id has no cascade: a long conversation would exceed SQLite's depth of triggers;
// messages go with their conversation.
#pragma once

#include "app/store/base/schema_steps.h"

namespace dsm {

const Schema& historySchema();

}  // namespace dsm
