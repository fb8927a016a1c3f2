#include "engine/train/data/example.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string_view>

#include "engine/train/data/example_keys.h"
#include "engine/train/data/example_turns.h"
#include "engine/train/example_columns.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

using nlohmann::json;
using Role = ChatRole;

std::string columnsOf(const json& row) {
    constexpr std::size_t kMost = 12;
    std::string list;
    std::size_t count = 0;
    for (const auto& [name, value] : row.items()) {
        if (count++ == kMost) return list + ", ..";
        list += (list.empty() ? "" : ", ") + name;
    }
    return list.empty() ? "-" : list;
}

// A row under the names that the map gives its columns; remembers which were asked for.
class Columns {
  public:
    Columns(const json& row, const ColumnMap& names) : row_(row), names_(names) {}

    const json& row() const { return row_; }
    std::string nameOf(const std::string& field) const {
        const auto found = names_.find(field);
        return found == names_.end() ? field : found->second;
    }
    bool isMapped(std::string_view column) const {
        return std::any_of(names_.begin(), names_.end(),
                           [&](const auto& item) { return item.second == column; });
    }
    // nullptr where it is missing or null.
    const json* find(const std::string& field) {
        if (nameOf(field).empty()) return nullptr;
        const auto found = row_.find(nameOf(field));
        if (found == row_.end() || found->is_null()) return nullptr;
        used_.insert(found.key());
        return &*found;
    }
    // "" where it is missing.
    Result<std::string> text(const std::string& field) {
        const json* value = find(field);
        if (value == nullptr) return std::string();
        if (value->is_string()) return value->get<std::string>();
        return refusedRow(ReasonCode::ColumnNoText, {nameOf(field), typeOf(*value)});
    }

    // Malformed for a column that would change what is learnt, if it was not asked for.
    Result<void> check(const std::string& name, const json& value) const;
    // The columns that nobody asked for. Malformed for one that would change what is learnt.
    Result<std::vector<std::string>> unused() const;

  private:
    const json& row_;
    const ColumnMap& names_;
    std::set<std::string> used_;
};

Result<void> Columns::check(const std::string& name, const json& value) const {
    if (used_.contains(name) || isEmptyValue(value)) return {};
    // Who calls the better answer an output means to learn it alone.
    if (name == "rejected" && isMapped("chosen")) return {};
    const std::optional<ReasonCode> why = whyRefused(name, value);
    return why ? refusedRow(*why, {name}) : Result<void>();
}

Result<std::vector<std::string>> Columns::unused() const {
    std::vector<std::string> names;
    for (const auto& [name, value] : row_.items()) {
        if (used_.contains(name) || isEmptyValue(value) || isWeightKey(name)) continue;
        if (auto checked = check(name, value); !checked) return tl::unexpected(checked.error());
        names.push_back(name);
    }
    return names;
}

Result<Example> readConversation(Columns& columns, const std::string& field) {
    const Result<std::string> system = columns.text("system");
    if (!system) return tl::unexpected(system.error());
    auto turns = readTurns(*columns.find(field), columns.nameOf(field), *system);
    if (!turns) return tl::unexpected(turns.error());
    Example example;
    example.messages = std::move(*turns);
    return example;
}

Result<Example> readInstruction(Columns& columns) {
    std::array<std::string, 4> texts;
    constexpr std::array<const char*, 4> kNames{"system", "instruction", "input", "output"};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        Result<std::string> text = columns.text(kNames[i]);
        if (!text) return tl::unexpected(text.error());
        texts[i] = std::move(*text);
    }
    auto& [system, instruction, input, output] = texts;
    if (isBlank(output)) return refusedRow(ReasonCode::ColumnEmpty, {columns.nameOf("output")});
    if (columns.find("instruction") == nullptr && columns.find("input") == nullptr) {
        return refusedRow(ReasonCode::QuestionColumnMissing,
                          {columns.nameOf("instruction"), columnsOf(columns.row())});
    }
    if (isBlank(instruction) && isBlank(input)) {
        return refusedRow(ReasonCode::ColumnEmpty, {columns.nameOf("instruction")});
    }
    std::string question = isBlank(instruction) ? input : instruction;
    if (!isBlank(instruction) && !isBlank(input)) question += "\n" + input;
    Example example;
    if (const json* history = columns.find("history"); history && !isEmptyValue(*history)) {
        auto turns = readHistory(*history, columns.nameOf("history"));
        if (!turns) return tl::unexpected(turns.error());
        example.hasHistory = !turns->empty();
        example.messages = std::move(*turns);
    }
    if (!isBlank(system)) {
        example.messages.insert(example.messages.begin(), {Role::System, std::move(system)});
    }
    example.messages.push_back({Role::User, std::move(question)});
    example.messages.push_back({Role::Assistant, std::move(output)});
    return example;
}

Result<Example> readText(Columns& columns) {
    Result<std::string> text = columns.text("text");
    if (!text) return tl::unexpected(text.error());
    if (isBlank(*text)) return refusedRow(ReasonCode::ColumnEmpty, {columns.nameOf("text")});
    Example example;
    example.text = std::move(*text);
    return example;
}

// Earlier turns that have no place: they would vanish.
Result<void> refuseHistory(Columns& columns, const std::string& beside) {
    const json* history = columns.find("history");
    if (history == nullptr || isEmptyValue(*history)) return {};
    return refusedRow(ReasonCode::HistoryWithoutPlace,
                      {columns.nameOf("history"), columns.nameOf("output"), beside});
}

Result<Example> readColumns(Columns& columns) {
    for (const char* field : {"messages", "conversations"}) {
        if (columns.find(field) == nullptr) continue;
        if (auto ok = refuseHistory(columns, columns.nameOf(field)); !ok)
            return tl::unexpected(ok.error());
        return readConversation(columns, field);
    }
    if (columns.find("output") != nullptr) return readInstruction(columns);
    if (columns.find("text") != nullptr) {
        if (auto ok = refuseHistory(columns, columns.nameOf("text")); !ok)
            return tl::unexpected(ok.error());
        return readText(columns);
    }
    // Before a map is proposed: with it the row would be refused for these.
    for (const auto& [name, value] : columns.row().items()) {
        if (auto checked = columns.check(name, value); !checked)
            return tl::unexpected(checked.error());
    }
    // The column that was chosen, whatever this row has of the usual names.
    for (const char* field : {"messages", "conversations", "output", "text"}) {
        const std::string chosen = columns.nameOf(field);
        if (chosen != field && !chosen.empty())
            return refusedRow(ReasonCode::ColumnEmpty, {chosen});
    }
    Reason reason(ReasonCode::NoKnownColumn, {columnsOf(columns.row())});
    if (const std::string map = likelyMeant(columns.row()); !map.empty())
        reason.add(ReasonCode::ColumnsMeant, {map});
    return failure(ErrorCode::Malformed, reason);
}

// Answers before the last become context, but for those whose own weight says that they are
// trained.
void maskEarlierAnswers(Example& example) {
    for (std::size_t i = 0; i + 1 < example.messages.size(); ++i) {
        Turn& turn = example.messages[i];
        if (!turn.hasWeight) turn.isTrained = false;
    }
}

// "weight": 0 of a row: nothing of it is trained.
Result<void> applyWeight(const json& row, Example& example) {
    const auto trained = readWeight(row, "");
    if (!trained) return tl::unexpected(trained.error());
    if (trained->value_or(true)) return {};
    if (example.messages.empty()) {
        return refusedRow(ReasonCode::WeightIsZero);
    }
    for (Turn& turn : example.messages)
        turn.isTrained = false;
    return {};
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
        if (!isExampleColumn(field)) {
            return failure(
                ErrorCode::Unsupported,
                "\"" + assignment + "\": what can be named are " + kExampleColumnList + ".");
        }
        if (!map.emplace(field, assignment.substr(at + 1)).second) {
            return failure(ErrorCode::Unsupported, "The column " + field + " is named twice.");
        }
    }
    return map;
}

Result<void> checkColumnMap(const ColumnMap& columns) {
    for (const auto& [field, column] : columns) {
        if (!isExampleColumn(field)) {
            return failure(ErrorCode::Unsupported, "columns: \"" + field +
                                                       "\" is unknown; what can be named are " +
                                                       kExampleColumnList + ".");
        }
    }
    return {};
}

std::string_view name(HistoryUse use) {
    return use == HistoryUse::Trained ? "trained" : "context";
}

std::optional<HistoryUse> historyUseNamed(std::string_view wanted) {
    for (const HistoryUse one : kHistoryUses) {
        if (name(one) == wanted) return one;
    }
    return std::nullopt;
}

Result<Example> readExample(const nlohmann::json& row, const ColumnMap& columns,
                            HistoryUse history) {
    if (const auto form = tableForm(row)) return refusedRow(*form);
    Columns named(row, columns);
    Result<Example> example = readColumns(named);
    if (!example) return example;
    auto unused = named.unused();
    if (!unused) return tl::unexpected(unused.error());
    example->unusedColumns = std::move(*unused);
    if (history == HistoryUse::Context) maskEarlierAnswers(*example);
    if (auto weighed = applyWeight(row, *example); !weighed) {
        return tl::unexpected(weighed.error());
    }
    return example;
}

}  // namespace dsm
