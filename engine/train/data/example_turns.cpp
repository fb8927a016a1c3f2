#include "engine/train/data/example_turns.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/format/json_file.h"
#include "engine/train/data/example_keys.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

using nlohmann::json;
using Role = ChatRole;

std::optional<Role> roleNamed(std::string_view name) {
    if (name == "user" || name == "human") return Role::User;
    if (name == "assistant" || name == "gpt" || name == "model") return Role::Assistant;
    if (name == "system") return Role::System;
    return std::nullopt;
}

bool isSameRole(const json& one, const json& other) {
    const std::optional<Role> role = roleNamed(one.get_ref<const std::string&>());
    return role && role == roleNamed(other.get_ref<const std::string&>());
}

// A text under either of its names.
Result<std::string> member(const json& turn, const char* key, const char* other,
                           const std::string& place) {
    const auto found = turn.find(key);
    const auto second = turn.find(other);
    const bool isFirst = found != turn.end() && !found->is_null();
    const bool isSecond = second != turn.end() && !second->is_null();
    const auto& chosen = isFirst || !isSecond ? found : second;
    const std::string name = isFirst || !isSecond ? key : other;
    if (chosen == turn.end()) return refusedRow(ReasonCode::TurnKeyMissing, {place, key});
    if (!chosen->is_string()) {
        return refusedRow(ReasonCode::TurnNoText, {place, name, typeOf(*chosen)});
    }
    const bool differ = isFirst && isSecond && *found != *second &&
                        !(second->is_string() && isSameRole(*found, *second));
    if (differ) {
        return refusedRow(ReasonCode::TurnTwoTexts, {place, key, other});
    }
    return chosen->get<std::string>();
}

Result<Turn> readTurn(const json& turn, const std::string& place) {
    if (!turn.is_object()) return refusedRow(ReasonCode::TurnNoObject, {place, typeOf(turn)});
    const Result<std::string> name = member(turn, "role", "from", place);
    if (!name) return tl::unexpected(name.error());
    const std::optional<Role> role = roleNamed(*name);
    if (!role) return refusedRow(ReasonCode::TurnRoleUnknown, {place, *name});
    // Before the text, which a call of a tool may leave out.
    if (auto known = checkMessageKeys(turn, place + ": "); !known) {
        return tl::unexpected(known.error());
    }
    Result<std::string> text = member(turn, "content", "value", place);
    if (!text) return tl::unexpected(text.error());
    const auto trained = readWeight(turn, place + ": ");
    if (!trained) return tl::unexpected(trained.error());
    if (*role != Role::Assistant && trained->value_or(false)) {
        return refusedRow(ReasonCode::TurnWeightOfQuestion, {place});
    }
    return Turn{*role, std::move(*text), trained->value_or(true), trained->has_value()};
}

// System or none, then user and assistant in turn, the assistant last and never silent.
Result<void> checkOrder(const std::vector<Turn>& turns, const std::string& column,
                        std::size_t own) {
    std::size_t at = 0;
    while (at < turns.size() && turns[at].role == Role::System)
        ++at;
    if (at == turns.size()) return refusedRow(ReasonCode::TurnsWithoutQuestion, {column});
    if (at > 1) return refusedRow(ReasonCode::TurnsTwoSystems, {column});
    for (std::size_t i = at; i < turns.size(); ++i) {
        const Role expected = (i - at) % 2 == 0 ? Role::User : Role::Assistant;
        const std::string place = column + "[" + std::to_string(i - own) + "]";
        if (turns[i].role == Role::System) {
            return refusedRow(ReasonCode::TurnSystemLate, {place});
        }
        if (turns[i].role != expected) {
            return refusedRow(expected == Role::User ? ReasonCode::TurnQuestionExpected
                                                     : ReasonCode::TurnAnswerExpected,
                              {place});
        }
        if (expected == Role::Assistant && isBlank(turns[i].content)) {
            return refusedRow(ReasonCode::TurnAnswerEmpty, {place});
        }
    }
    if (turns.back().role == Role::User)
        return refusedRow(ReasonCode::TurnsEndWithoutAnswer, {column});
    return {};
}

}  // namespace

bool isBlank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

Result<json> listOf(const json& value, const std::string& column) {
    if (value.is_array()) return value;
    if (value.is_string() && value.get_ref<const std::string&>().starts_with('[')) {
        auto list = parseJson(value.get_ref<const std::string&>(), column);
        if (list && list->is_array()) return list;
        return refusedRow(ReasonCode::ColumnNoJsonList, {column});
    }
    return refusedRow(ReasonCode::ColumnNoList, {column, typeOf(value)});
}

Result<std::vector<Turn>> readTurns(const json& turns, const std::string& column,
                                    const std::string& system) {
    const Result<json> list = listOf(turns, column);
    if (!list) return tl::unexpected(list.error());
    std::vector<Turn> read;
    for (const json& turn : *list) {
        auto one = readTurn(turn, column + "[" + std::to_string(read.size()) + "]");
        if (!one) return tl::unexpected(one.error());
        read.push_back(std::move(*one));
    }
    std::size_t own = 0;  // turns that stand before those of the column
    const bool hasSystem = !read.empty() && read.front().role == Role::System;
    if (!isBlank(system) && hasSystem && read.front().content != system) {
        return refusedRow(ReasonCode::SystemTwice, {column});
    }
    if (!isBlank(system) && !hasSystem) {
        read.insert(read.begin(), {Role::System, system});
        own = 1;
    }
    if (auto ordered = checkOrder(read, column, own); !ordered) {
        return tl::unexpected(ordered.error());
    }
    return read;
}

Result<std::vector<Turn>> readHistory(const json& pairs, const std::string& column) {
    const Result<json> list = listOf(pairs, column);
    if (!list) return tl::unexpected(list.error());
    std::vector<Turn> turns;
    for (const json& pair : *list) {
        const std::string place = column + "[" + std::to_string(turns.size() / 2) + "]";
        const bool isPair =
            pair.is_array() && pair.size() == 2 && pair[0].is_string() && pair[1].is_string();
        if (!isPair) return refusedRow(ReasonCode::HistoryNoPair, {place});
        auto question = pair[0].get<std::string>();
        auto answer = pair[1].get<std::string>();
        if (isBlank(answer)) return refusedRow(ReasonCode::TurnAnswerEmpty, {place});
        turns.push_back({Role::User, std::move(question)});
        turns.push_back({Role::Assistant, std::move(answer)});
    }
    return turns;
}

}  // namespace dsm
