#include "engine/train/data/example.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace dsm {
namespace {

using nlohmann::json;
using Role = ChatMessage::Role;

constexpr std::array<std::string_view, 7> kFields{
    "instruction", "input", "output", "system", "messages", "conversations", "text"};

tl::unexpected<Error> refused(std::string reason) {
    return failure(ErrorCode::Malformed, std::move(reason));
}

bool isBlank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

const char* typeOf(const json& value) {
    if (value.is_number()) return "a number";
    if (value.is_boolean()) return "true or false";
    if (value.is_array()) return "a list";
    return value.is_object() ? "an object" : value.is_null() ? "null" : "a string";
}

// A row under the names that the map gives its columns.
class Columns {
  public:
    Columns(const json& row, const ColumnMap& names) : row_(row), names_(names) {}

    const json& row() const { return row_; }
    std::string nameOf(const std::string& field) const {
        const auto found = names_.find(field);
        return found == names_.end() ? field : found->second;
    }
    // nullptr where it is missing or null.
    const json* find(const std::string& field) const {
        const auto found = row_.find(nameOf(field));
        return found == row_.end() || found->is_null() ? nullptr : &*found;
    }
    // "" where it is missing.
    Result<std::string> text(const std::string& field) const {
        const json* value = find(field);
        if (value == nullptr) return std::string();
        if (value->is_string()) return value->get<std::string>();
        return refused("the column " + nameOf(field) + " is " + typeOf(*value) +
                       ", where a text was expected.");
    }

  private:
    const json& row_;
    const ColumnMap& names_;
};

std::optional<Role> roleNamed(std::string_view name) {
    if (name == "user" || name == "human") return Role::User;
    if (name == "assistant" || name == "gpt" || name == "model") return Role::Assistant;
    if (name == "system") return Role::System;
    return std::nullopt;
}

Result<std::string> member(const json& turn, const char* key, const std::string& place) {
    if (!turn.is_object()) return refused(place + " is " + typeOf(turn) + ", not an object.");
    const auto found = turn.find(key);
    if (found == turn.end()) return refused(place + " has no \"" + key + "\".");
    if (found->is_string()) return found->get<std::string>();
    return refused(place + ": \"" + key + "\" is " + typeOf(*found) +
                   ", where a text was expected.");
}

// System or none, then user and assistant in turn, the assistant last and never silent.
Result<void> checkOrder(const std::vector<ChatMessage>& messages, const std::string& column) {
    std::size_t at = 0;
    while (at < messages.size() && messages[at].role == Role::System)
        ++at;
    if (at == messages.size()) return refused(column + " holds no question.");
    if (at > 1) return refused(column + " holds more than one system text.");
    for (std::size_t i = at; i < messages.size(); ++i) {
        const Role expected = (i - at) % 2 == 0 ? Role::User : Role::Assistant;
        const std::string place = column + "[" + std::to_string(i) + "]";
        if (messages[i].role == Role::System) {
            return refused(place + ": a system text stands only at the beginning.");
        }
        if (messages[i].role != expected) {
            return refused(place + (expected == Role::User ? ": a question was expected."
                                                           : ": an answer was expected."));
        }
        if (expected == Role::Assistant && isBlank(messages[i].content)) {
            return refused(place + ": the answer is empty.");
        }
    }
    if (messages.back().role == Role::User) return refused(column + " ends without an answer.");
    return {};
}

Result<Example> readTurns(const json& turns, const std::string& column, const char* roleKey,
                          const char* textKey) {
    if (!turns.is_array()) {
        return refused("the column " + column + " is " + typeOf(turns) +
                       ", where a list was expected.");
    }
    Example example;
    for (const json& turn : turns) {
        const std::string place = column + "[" + std::to_string(example.messages.size()) + "]";
        const Result<std::string> name = member(turn, roleKey, place);
        if (!name) return tl::unexpected(name.error());
        const std::optional<Role> role = roleNamed(*name);
        if (!role) return refused(place + ": there is no role \"" + *name + "\".");
        Result<std::string> text = member(turn, textKey, place);
        if (!text) return tl::unexpected(text.error());
        example.messages.push_back({*role, std::move(*text), {}});
    }
    if (auto ordered = checkOrder(example.messages, column); !ordered) {
        return tl::unexpected(ordered.error());
    }
    return example;
}

std::string columnsOf(const json& row) {
    constexpr std::size_t kMost = 12;
    std::string list;
    for (const auto& [name, value] : row.items()) {
        if (!list.empty()) list += ", ";
        list += name;
        if (static_cast<std::size_t>(std::count(list.begin(), list.end(), ',')) >= kMost) {
            return list + ", ..";
        }
    }
    return list.empty() ? "none" : list;
}

Result<Example> readInstruction(const Columns& columns) {
    std::array<std::string, 4> texts;
    constexpr std::array<const char*, 4> kNames{"system", "instruction", "input", "output"};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        Result<std::string> text = columns.text(kNames[i]);
        if (!text) return tl::unexpected(text.error());
        texts[i] = std::move(*text);
    }
    auto& [system, instruction, input, output] = texts;
    if (isBlank(output)) return refused("the column " + columns.nameOf("output") + " is empty.");
    if (columns.find("instruction") == nullptr && columns.find("input") == nullptr) {
        return refused("it has an answer, but no column " + columns.nameOf("instruction") +
                       ". Its columns are: " + columnsOf(columns.row()) + ".");
    }
    if (isBlank(instruction) && isBlank(input)) {
        return refused("the column " + columns.nameOf("instruction") + " is empty.");
    }
    std::string question = isBlank(instruction) ? input : instruction;
    if (!isBlank(instruction) && !isBlank(input)) question += "\n" + input;
    Example example;
    if (!isBlank(system)) example.messages.push_back({Role::System, std::move(system), {}});
    example.messages.push_back({Role::User, std::move(question), {}});
    example.messages.push_back({Role::Assistant, std::move(output), {}});
    return example;
}

}  // namespace

Result<ColumnMap> parseColumnMap(std::span<const std::string> assignments) {
    ColumnMap map;
    for (const std::string& assignment : assignments) {
        const std::size_t at = assignment.find('=');
        const std::string field = assignment.substr(0, at);
        if (at == std::string::npos || at + 1 == assignment.size()) {
            return failure(ErrorCode::Unsupported,
                           "\"" + assignment + "\": columns are named as in instruction=question.");
        }
        if (std::find(kFields.begin(), kFields.end(), field) == kFields.end()) {
            return failure(ErrorCode::Unsupported,
                           "\"" + assignment +
                               "\": what can be named are instruction, input, "
                               "output, system, messages, conversations and text.");
        }
        if (!map.emplace(field, assignment.substr(at + 1)).second) {
            return failure(ErrorCode::Unsupported, "The column " + field + " is named twice.");
        }
    }
    return map;
}

Result<Example> readExample(const nlohmann::json& row, const ColumnMap& columns) {
    const Columns named(row, columns);
    if (const json* turns = named.find("messages")) {
        return readTurns(*turns, named.nameOf("messages"), "role", "content");
    }
    if (const json* turns = named.find("conversations")) {
        return readTurns(*turns, named.nameOf("conversations"), "from", "value");
    }
    if (named.find("output") != nullptr) return readInstruction(named);
    if (named.find("text") != nullptr) {
        Result<std::string> text = named.text("text");
        if (!text) return tl::unexpected(text.error());
        if (isBlank(*text)) return refused("the column " + named.nameOf("text") + " is empty.");
        return Example{{}, std::move(*text)};
    }
    return refused(
        "it has none of the columns output (with instruction), messages, conversations "
        "and text, or it is null. Its columns are: " +
        columnsOf(row) + ".");
}

}  // namespace dsm
