// Example: what one row of a data set teaches, whatever its columns are called.
//
// The first of these that a row has decides what it is:
//
//   messages       [{"role": "system|user|assistant", "content": text}, ..]
//   conversations  ShareGPT: [{"from": "system|human|gpt", "value": text}, ..]; the names of roles
//                  and keys of either form are understood in both
//   output         with instruction, or input, or both, joined by a line break; with optional
//                  earlier turns as history, [[question, answer], ..]
//   text           a text to be continued, without question and answer
//
// A system text may stand in a column of its own beside each but the last. A list may also come as
// its JSON text, as CSV files hold it.
//
// A conversation is a system text or none, then questions and answers in turn, and ends with an
// answer. All answers are trained, or with HistoryUse::Context the last alone; in either case one
// that says "weight": 0 or "train": false is context, and one that says 1 or true is trained. Of
// other weights and of keys that would change what is learnt the row is refused (example_keys.h).
// Other columns are not used and named.
//
// Source  Names of columns: the model's own fine-tuning script, the OpenAI chat format, ShareGPT,
//         Alpaca. HistoryUse::Context is LLaMA-Factory's mask_history, which counts the earlier
//         answers of messages and conversations as history, too; Trained is what it does without.
// Errors  Malformed, with the reason alone: a column of the wrong type, an empty answer, an order
//         of speakers that no template has, what is not understood, or none of the columns, with
//         those that are there.
#pragma once

#include <array>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/train/data/turn.h"
#include "kernels/base/result.h"

namespace dsm {

struct Example {
    std::vector<Turn> messages = {};  // empty: only text
    std::string text = {};
    bool hasHistory = false;
    std::vector<std::string> unusedColumns = {};  // that hold something
};

// What becomes of the answers before the last of a conversation.
enum class HistoryUse { Trained, Context };

inline constexpr std::array kHistoryUses{HistoryUse::Trained, HistoryUse::Context};

std::string_view name(HistoryUse use);  // "trained", "context"
std::optional<HistoryUse> historyUseNamed(std::string_view name);

// From the names above ("instruction", "input", "output", "history", "system", "messages",
// "conversations", "text") to what the file calls them; a name that is missing is called as it is,
// and one of "" is not read at all.
using ColumnMap = std::map<std::string, std::string>;

// From "instruction=question" and the like. Unsupported: no such form, an unknown name, twice.
Result<ColumnMap> parseColumnMap(std::span<const std::string> assignments);

// Unsupported: a name that is none of the above.
Result<void> checkColumnMap(const ColumnMap& columns);

Result<Example> readExample(const nlohmann::json& row, const ColumnMap& columns,
                            HistoryUse history = HistoryUse::Trained);

}  // namespace dsm
