// How a file of JSON holds its rows, whatever its ending says: seen from its beginning.
#include "engine/train/data/rows/json_rows.h"

#include <array>
#include <nlohmann/json.hpp>

#include "engine/format/json_events.h"
#include "engine/train/data/rows/json_stream.h"
#include "engine/train/data/rows/rows.h"

namespace dsm {
namespace {

using nlohmann::json;

// Reads an outer object for a list of objects in it, as in {"data": [{..}, ..]}. A list of turns is
// no such list: what has one is a row, and so is what has a column of a row beside a list, or a
// name that only turns have.
class ListFinder : public JsonEvents {
  public:
    // The key of the first such list; "" where there is none.
    const std::string& list() const { return list_; }
    bool isRow() const { return isRow_; }

    bool key(string_t& name) override {
        if (depth_ == 1) {
            key_ = name;
            for (const std::string_view column : {"instruction", "output", "text", "conversation",
                                                  "dialogue", "dialog", "turns", "history"})
                isRow_ = isRow_ || name == column;
        }
        const bool isOfElement = depth_ == 3 && isInList_;
        isRow_ = isRow_ || (isOfElement && (name == "role" || name == "from"));
        return !isRow_;
    }
    bool start_object(std::size_t) override {
        ++depth_;
        return true;
    }
    bool end_object() override {
        --depth_;
        if (depth_ == 2 && isInList_ && list_.empty()) list_ = key_;
        return true;
    }
    bool start_array(std::size_t) override {
        if (depth_ == 1) isInList_ = true;
        ++depth_;
        return true;
    }
    bool end_array() override {
        if (--depth_ == 1) isInList_ = false;
        return true;
    }

  private:
    std::size_t depth_ = 0;
    std::string key_;
    bool isInList_ = false;
    bool isRow_ = false;
    std::string list_;
};

// The first character that is no white space; 0 in a file without one near its start.
Result<char> firstCharacter(const InputFile& file, std::uint64_t begin) {
    std::array<char, 4096> head{};
    const Result<std::size_t> got = file.readAt(begin, head);
    if (!got) return tl::unexpected(got.error());
    const std::string_view text(head.data(), *got);
    const std::size_t at = text.find_first_not_of(" \t\r\n");
    return at == std::string_view::npos ? '\0' : text[at];
}

// The key of the list that holds the rows; "" where the object at the file's beginning is a row.
// One that is followed by another value is a row; one that is broken, or too large for a row, is
// none.
Result<std::string> findList(const InputFile& file, std::uint64_t begin) {
    JsonStream stream(file, begin);
    stream.beginRow(' ');  // so that no more than a row's bytes are read
    ListFinder finder;
    const bool isWhole = json::sax_parse(JsonIterator(&stream), JsonIterator(&stream), &finder,
                                         json::input_format_t::json, false);
    if (!stream.status()) return tl::unexpected(stream.status().error());
    if (finder.isRow()) return std::string();
    if (!isWhole) return finder.list();
    const Result<char> next = firstCharacter(file, stream.position());
    if (!next) return tl::unexpected(next.error());
    return *next == '\0' ? finder.list() : std::string();
}

}  // namespace

Result<std::unique_ptr<RowFile>> openJson(InputFile file, KeyTest isOfRows) {
    const Result<std::uint64_t> begin = byteOrderMarkBytes(file);
    if (!begin) return tl::unexpected(begin.error());
    const Result<char> first = firstCharacter(file, *begin);
    if (!first) return tl::unexpected(first.error());
    if (*first == '[') return jsonArrayRows(std::move(file), *begin, "", isOfRows);
    if (*first != '{') return jsonValueRows(std::move(file), *begin);
    const auto list = findList(file, *begin);
    if (!list) return tl::unexpected(list.error());
    if (!list->empty()) return jsonArrayRows(std::move(file), *begin, *list, isOfRows);
    return jsonValueRows(std::move(file), *begin);
}

}  // namespace dsm
