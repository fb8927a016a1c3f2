#include "engine/train/data/file_look.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>

#include "engine/text/utf8.h"
#include "engine/train/data/example_keys.h"
#include "engine/train/data/open_rows.h"

namespace dsm {
namespace {

using nlohmann::json;

constexpr int kRows = 100;
constexpr std::size_t kMostColumns = 200;
constexpr std::size_t kValueBytes = 120;

// Where others keep what we call so, the likeliest first.
constexpr std::array<std::string_view, 17> kQuestions{
    "question", "prompt", "query",    "ask",     "user", "human", "q",  "problem", "context",
    "frage",    "frag",   "pregunta", "domanda", "问题", "提问",  "问", "指令"};
constexpr std::array<std::string_view, 15> kAnswers{
    "answer",  "response",  "completion", "reply", "assistant", "target", "a",   "solution",
    "antwort", "respuesta", "risposta",   "回答",  "答案",      "答",     "回复"};
constexpr std::array<std::string_view, 5> kConversations{"conversation", "dialog", "dialogue",
                                                         "chat", "turns"};
constexpr std::array<std::string_view, 5> kTexts{"content", "document", "body", "passage",
                                                 "article"};
constexpr std::array<std::string_view, 4> kSystems{"system_prompt", "system_message",
                                                   "systemprompt", "persona"};

std::string shortened(std::string text) {
    if (text.size() <= kValueBytes) return text;
    text.resize(kValueBytes);
    text.resize(validUtf8Prefix(text));
    return text + "…";
}

bool isTurn(const json& value) {
    return value.is_object() && (value.contains("role") || value.contains("from"));
}

bool isConversation(const json& value) {
    if (value.is_array()) return !value.empty() && isTurn(value.front());
    if (!value.is_string()) return false;
    const std::string& text = value.get_ref<const std::string&>();
    if (!text.starts_with('[')) return false;
    const json list = json::parse(text, nullptr, false);
    return list.is_array() && !list.empty() && isTurn(list.front());
}

void addRow(const json& row, std::vector<ColumnLook>& columns) {
    for (const auto& [name, value] : row.items()) {
        auto column = std::find_if(columns.begin(), columns.end(),
                                   [&name = name](const auto& one) { return one.name == name; });
        if (column == columns.end()) {
            if (columns.size() == kMostColumns) continue;
            columns.push_back({name, "", true, false});
            column = columns.end() - 1;
        }
        if (isEmptyValue(value)) continue;
        if (column->value.empty()) {
            column->value = shortened(
                value.is_string() ? value.get<std::string>()
                                  : value.dump(-1, ' ', false, json::error_handler_t::replace));
            column->isConversation = isConversation(value);
        }
        column->isText = column->isText && value.is_string();
    }
}

class Guess {
  public:
    explicit Guess(const std::vector<ColumnLook>& columns) : columns_(columns) {}

    ColumnMap make() {
        if (!isReadAsItIs()) chooseMain();
        if (const ColumnLook* system = named(kSystems); system != nullptr && !map_.contains("text"))
            if (!has("system")) map_["system"] = system->name;
        return std::move(map_);
    }

  private:
    bool has(std::string_view name) const {
        return std::any_of(columns_.begin(), columns_.end(),
                           [&](const auto& column) { return column.name == name; });
    }
    bool isReadAsItIs() const {
        return has("messages") || has("conversations") || has("text") ||
               (has("output") && (has("instruction") || has("input")));
    }
    const ColumnLook* named(std::span<const std::string_view> names) const {
        for (const std::string_view name : names) {
            for (const ColumnLook& column : columns_) {
                if (inLowerCase(column.name) == name) return &column;
            }
        }
        return nullptr;
    }
    void chooseMain();

    const std::vector<ColumnLook>& columns_;
    ColumnMap map_;
};

void Guess::chooseMain() {
    constexpr std::array<std::string_view, 2> kMessages{"messages", "conversations"};
    constexpr std::array<std::string_view, 1> kText{"text"};
    constexpr std::array<std::string_view, 2> kQuestion{"instruction", "input"};
    constexpr std::array<std::string_view, 1> kAnswer{"output"};
    const ColumnLook* talk = named(kMessages);
    if (talk == nullptr) talk = named(kConversations);
    for (const ColumnLook& column : columns_) {
        if (talk == nullptr && column.isConversation) talk = &column;
    }
    if (talk != nullptr) {
        map_["messages"] = talk->name;
        return;
    }
    const ColumnLook* question = named(kQuestion);
    if (question == nullptr) question = named(kQuestions);
    const ColumnLook* answer = named(kAnswer);
    if (answer == nullptr) answer = named(kAnswers);
    const ColumnLook* text = named(kText);
    if (text == nullptr) text = named(kTexts);
    const bool isPair = question != nullptr && answer != nullptr && question != answer;
    if (!isPair && text == nullptr) {
        std::vector<const ColumnLook*> texts;
        for (const ColumnLook& column : columns_) {
            if (column.isText && !column.value.empty()) texts.push_back(&column);
        }
        if (texts.size() == 1) text = texts.front();
        // Of two, one that is known says what the other is. Where none is, the order of columns says
        // nothing: a question taken for its answer would be trained.
        if (texts.size() == 2) {
            const auto other = [&](const ColumnLook* one) {
                return one == texts[0] ? texts[1] : texts[0];
            };
            if (question == nullptr && answer != nullptr) question = other(answer);
            if (answer == nullptr && question != nullptr) answer = other(question);
        }
    }
    if (text != nullptr && !isPair) {
        map_["text"] = text->name;
    } else if (question != nullptr && answer != nullptr && question != answer) {
        map_["instruction"] = question->name;
        map_["output"] = answer->name;
    }
}

}  // namespace

ColumnMap guessColumns(const std::vector<ColumnLook>& columns) {
    return Guess(columns).make();
}

Result<FileLook> lookAtFile(const std::filesystem::path& path, const std::stop_token& stop) {
    const auto file = openRows(path);
    if (!file) return tl::unexpected(file.error());
    FileLook look;
    look.layout = (*file)->layout();
    std::error_code error;
    look.sizeBytes = std::filesystem::file_size(path, error);
    std::stop_source enough;
    const std::stop_callback cancel(stop, [&] { enough.request_stop(); });
    int rows = 0;
    const auto scanned = (*file)->scan(
        [&](const RawRow& row, double) {
            if (++rows >= kRows) enough.request_stop();
            if (!row.problem.empty()) return;
            if (const auto columns = (*file)->parse(row.text)) addRow(*columns, look.columns);
        },
        enough.get_token());
    if (stop.stop_requested()) return cancelled();
    // What breaks further down is told by who reads it all.
    if (!scanned && rows == 0) return tl::unexpected(scanned.error());
    look.guessed = guessColumns(look.columns);
    return look;
}

}  // namespace dsm
