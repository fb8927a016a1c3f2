// Example: what one row of a data set teaches, whatever its columns are called.
//
// The first of these that a row has decides what it is:
//
//   messages       [{"role": "system|user|assistant", "content": text}, ..]
//   conversations  ShareGPT: [{"from": "system|human|gpt", "value": text}, ..]; the names of roles
//                  above are understood, too
//   output         with instruction, or input, or both, joined by a line break; with an optional
//                  system text
//   text           a text to be continued, without question and answer
//
// Other columns are ignored. A conversation is a system text or none, then questions and answers in
// turn, and ends with an answer.
//
// Source  Names of columns: the model's own fine-tuning script, the OpenAI chat format, ShareGPT,
//         Alpaca.
// Errors  Malformed, with the reason alone: a column of the wrong type, an empty answer, an order
//         of speakers that no template has, or none of the columns, with those that are there.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "engine/text/chat_template.h"
#include "kernels/base/result.h"

namespace dsm {

struct Example {
    std::vector<ChatMessage> messages;  // empty: only text
    std::string text;
};

// From the names above ("instruction", "input", "output", "system", "messages", "conversations",
// "text") to what the file calls them; a name that is missing is called as it is.
using ColumnMap = std::map<std::string, std::string>;

// From "instruction=question" and the like. Unsupported: no such form, an unknown name, twice.
Result<ColumnMap> parseColumnMap(std::span<const std::string> assignments);

Result<Example> readExample(const nlohmann::json& row, const ColumnMap& columns);

}  // namespace dsm
