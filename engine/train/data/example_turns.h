// Turns: a conversation in the columns messages, conversations or history. Private to
// engine/train/data.
//
// Errors  Malformed, with the reason alone, naming the turn: "messages[2]: ..".
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/train/data/turn.h"
#include "kernels/base/result.h"

namespace dsm {

bool isBlank(std::string_view text);

// A list, or its JSON text.
Result<nlohmann::json> listOf(const nlohmann::json& value, const std::string& column);

// `system`: of a column of its own; blank where there is none.
Result<std::vector<Turn>> readTurns(const nlohmann::json& turns, const std::string& column,
                                    const std::string& system);

// [[question, answer], ..]
Result<std::vector<Turn>> readHistory(const nlohmann::json& pairs, const std::string& column);

}  // namespace dsm
