#include "engine/train/data/example_keys.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/format/json_file.h"
#include "engine/train/data/rows/not_read.h"

namespace dsm {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 4> kTextKeys{"role", "from", "content", "value"};

constexpr std::array<std::string_view, 6> kWeightKeys{"weight",   "loss_weight", "train",
                                                      "training", "trainable",   "loss"};

// Of a message: where it comes from, and what somebody thought of it.
constexpr std::array<std::string_view, 49> kHarmlessKeys{
    "id",         "_id",        "uid",         "uuid",          "message_id",  "msg_id",
    "parent_id",  "parent",     "index",       "idx",           "turn",        "turn_id",
    "order",      "timestamp",  "time",        "date",          "datetime",    "created",
    "created_at", "updated_at", "create_time", "update_time",   "model",       "model_name",
    "source",     "url",        "lang",        "language",      "country",     "tokens",
    "num_tokens", "length",     "user_id",     "annotations",   "annotator",   "score",
    "rating",     "likes",      "topic",       "tags",          "category",    "comment",
    "metadata",   "meta",       "status",      "finish_reason", "stop_reason", "usage",
    "token_count"};

// Of a message: switches that change nothing while they are off.
constexpr std::array<std::string_view, 2> kSwitches{"prefix", "partial"};

struct RefusedColumns {
    std::string_view names;  // each between spaces
    ReasonCode why;
};

constexpr RefusedColumns kRefusedColumns[] = {
    {" tools functions tool_calls function_call ", ReasonCode::ColumnOfTools},
    {" images image videos video audios audio ", ReasonCode::ColumnOfMedia},
    {" chosen rejected kto_tag preference margin ", ReasonCode::ColumnOfPairs},
    {" mask loss_mask completion_mask attention_mask assistant_masks mask_history "
     "train_on_input train_on_prompt labels input_ids prefix reasoning_content ",
     ReasonCode::ColumnOfMasks},
    {" train_on_history ", ReasonCode::ColumnOfHistoryChoice},
    {" weights sample_weight sample_weights loss_weights ", ReasonCode::ColumnOfWeights},
};

template <std::size_t N>
bool isOneOf(const std::array<std::string_view, N>& keys, std::string_view key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

// 0 or 1 in any of the ways people write it.
std::optional<bool> asSwitch(const json& value) {
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_number()) {
        const auto number = value.get<double>();
        if (number == 0 || number == 1) return number == 1;
    }
    if (value.is_string()) {  // in a CSV file
        const auto& text = value.get_ref<const std::string&>();
        for (const char* no : {"0", "0.0", "false", "False", "FALSE"}) {
            if (text == no) return false;
        }
        for (const char* yes : {"1", "1.0", "true", "True", "TRUE"}) {
            if (text == yes) return true;
        }
    }
    return std::nullopt;
}

}  // namespace

tl::unexpected<Error> refusedRow(ReasonCode code, std::vector<std::string> arguments) {
    return failure(ErrorCode::Malformed, code, std::move(arguments));
}

const char* typeOf(const json& value) {
    if (const char* why = whyNotRead(value)) return why;
    if (value.is_number()) return "a number";
    if (value.is_boolean()) return "true or false";
    if (value.is_array()) return "a list";
    return value.is_object() ? "an object" : value.is_null() ? "null" : "a string";
}

bool isEmptyValue(const json& value) {
    if (value.is_null()) return true;
    if (value.is_array() || value.is_object()) return value.empty();
    if (!value.is_string()) return false;
    const auto& text = value.get_ref<const std::string&>();
    return text.empty() || text == "[]" || text == "{}" || text == "null";
}

bool isWeightKey(std::string_view key) {
    return isOneOf(kWeightKeys, key);
}

Result<std::optional<bool>> readWeight(const json& object, const std::string& place) {
    std::optional<bool> trained;
    std::string_view first;
    for (const std::string_view key : kWeightKeys) {
        const auto found = object.find(key);
        if (found == object.end() || isEmptyValue(*found)) continue;
        const std::optional<bool> said = asSwitch(*found);
        if (!said) {
            return failure(ErrorCode::Malformed, ReasonCode::WeightStrange,
                           {place, std::string(key), shown(*found)});
        }
        if (trained && *trained != *said) {
            return failure(ErrorCode::Malformed, ReasonCode::WeightsDisagree,
                           {place, std::string(first), std::string(key)});
        }
        trained = said;
        first = key;
    }
    return trained;
}

Result<void> checkMessageKeys(const json& message, const std::string& place) {
    for (const auto& [key, value] : message.items()) {
        if (isOneOf(kTextKeys, key) || isOneOf(kWeightKeys, key) || isOneOf(kHarmlessKeys, key)) {
            continue;
        }
        const bool isOff = value.is_boolean() && !value.get<bool>() && isOneOf(kSwitches, key);
        if (isEmptyValue(value) || isOff) continue;
        return failure(ErrorCode::Malformed, ReasonCode::KeyStrange, {place, key});
    }
    return {};
}

std::optional<ReasonCode> whyRefused(const std::string& column, const json& value) {
    // TRL's unpaired preferences; in other data sets a label is the name of a class.
    if (column == "label" && value.is_boolean()) return ReasonCode::ColumnOfPairs;
    for (const RefusedColumns& refused : kRefusedColumns) {
        const bool isOff =
            value.is_boolean() && !value.get<bool>() && refused.why == ReasonCode::ColumnOfMasks;
        const bool isNamed = refused.names.find(" " + column + " ") != std::string_view::npos;
        if (isNamed && !isOff) return refused.why;
    }
    return std::nullopt;
}

namespace {

bool isNumber(const std::string& key) {
    return !key.empty() && key.find_first_not_of("0123456789") == std::string::npos;
}

bool hasNumberedKeys(const json& object) {
    const auto items = object.items();
    return object.is_object() && !object.empty() &&
           std::all_of(items.begin(), items.end(),
                       [](const auto& item) { return isNumber(item.key()); });
}

// Lists of one length, of which none is one conversation.
bool isListOfValues(const json& value, std::size_t size) {
    return value.is_array() && value.size() == size && !value.empty() && !value[0].is_object();
}

}  // namespace

std::optional<ReasonCode> tableForm(const json& object) {
    if (!object.is_object() || object.empty()) return std::nullopt;
    const json& first = *object.begin();
    const auto all = [&](const auto& holds) {
        return std::all_of(object.begin(), object.end(), holds);
    };
    const bool isOneConversation =
        object.size() == 1 && (object.contains("messages") || object.contains("conversations"));
    if (!isOneConversation &&
        all([&](const json& value) { return isListOfValues(value, first.size()); })) {
        return ReasonCode::TableByColumns;
    }
    if (hasNumberedKeys(object) && all([](const json& row) { return row.is_object(); }))
        return ReasonCode::TableByRowNumbers;
    if (all(hasNumberedKeys)) return ReasonCode::TableByNumberedColumns;
    const bool hasNames = object.contains("columns") && object.contains("data") &&
                          object["columns"].is_array() && object["data"].is_array();
    return hasNames ? std::optional(ReasonCode::TableWithNamesApart) : std::nullopt;
}

std::string likelyMeant(const json& row) {
    constexpr std::string_view kQuestions[] = {"prompt",  "question",    "query",
                                               "problem", "input",       "instruction",
                                               "user",    "Instruction", "Question"};
    constexpr std::string_view kAnswers[] = {"completion", "response", "answer",
                                             "solution",   "target",   "assistant",
                                             "Response",   "Answer",   "Output"};
    constexpr std::string_view kConversations[] = {"conversation", "dialogue", "dialog", "turns",
                                                   "chat"};
    const auto firstOf = [&](const auto& names, bool isText) {
        for (const std::string_view name : names) {
            const auto found = row.find(name);
            if (found != row.end() && (isText ? found->is_string() : found->is_array()))
                return std::string(name);
        }
        return std::string();
    };
    std::string map;
    const std::string question = firstOf(kQuestions, true);
    const std::string answer = firstOf(kAnswers, true);
    const std::string conversation = firstOf(kConversations, false);
    if (!question.empty() && !answer.empty()) {
        map =
            question == "instruction" || question == "input" ? "" : "instruction=" + question + " ";
        map += "output=" + answer;
    } else if (!conversation.empty()) {
        map = "messages=" + conversation;
    }
    return map;
}

}  // namespace dsm
