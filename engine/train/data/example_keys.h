// Keys of rows and messages beside their texts: which of them are honoured, harmless, or refused,
// so that none that changes what is learnt is passed over. Private to engine/train/data.
//
//   weight, train, ..      0 or false: read, not trained; 1 or true: trained; of any other value
//                          the row is refused
//   of a message           known to be harmless, or empty: passed over; all others refused
//   of a row               known to change what is learnt: refused; others not used, and named
//
// Source  weight: OpenAI's fine-tuning; train, training: Axolotl; loss: ms-swift; kto_tag, tools,
//         images: LLaMA-Factory; chosen, rejected: TRL.
// Errors  Malformed, with the reason alone.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/base/reason.h"

namespace dsm {

// Malformed: a row that cannot be trained, and why.
tl::unexpected<Error> refusedRow(ReasonCode code, std::vector<std::string> arguments = {});

// null, "", [], {}, and the texts of these in a CSV file.
bool isEmptyValue(const nlohmann::json& value);

const char* typeOf(const nlohmann::json& value);

// What the weights of a message or row say: trained or not; nothing where there are none.
// `place` begins the reason: "messages[1]: ", or "" for a row.
Result<std::optional<bool>> readWeight(const nlohmann::json& object, const std::string& place);

// Refuses a message with a key that is not understood.
Result<void> checkMessageKeys(const nlohmann::json& message, const std::string& place);

// Whether readWeight() reads it.
bool isWeightKey(std::string_view key);

// Of a row without a column that is known: the map of those that may be meant, as a command takes
// it; "" where none has a likely name.
std::string likelyMeant(const nlohmann::json& row);

// Why an object is no row but a whole table; nothing where it is none:
//
//   {"instruction": [.., ..], "output": [.., ..]}             columns, as of Dataset.to_dict()
//   {"instruction": {"0": .., "1": ..}, "output": {"0": ..}}  columns by number, as of pandas
//   {"0": {"instruction": .., "output": ..}, "1": ..}         rows by number
//   {"columns": [..], "data": [[..], ..]}                     names and values apart
std::optional<ReasonCode> tableForm(const nlohmann::json& object);

// Why a row with this column, which is not empty, is refused; nothing where it is only unused.
std::optional<ReasonCode> whyRefused(const std::string& column, const nlohmann::json& value);

}  // namespace dsm
