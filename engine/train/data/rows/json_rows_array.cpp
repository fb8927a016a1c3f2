#include "engine/train/data/rows/json_rows.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/format/json_events.h"
#include "engine/train/data/rows/json_cutter.h"
#include "engine/train/data/rows/json_stream.h"
#include "engine/train/data/rows/rows.h"

namespace dsm {
namespace {

using nlohmann::json;

// Sees where the elements of the array of rows begin and end: the file's own, or the one under the
// key `list` of its object. Their values are not kept.
class RowFinder : public JsonEvents {
  public:
    using Found = std::function<bool(const RawRow&)>;  // false: enough

    RowFinder(JsonStream& stream, const std::string& list, KeyTest isOfRows, const Found& found)
        : stream_(stream),
          list_(list),
          isOfRows_(isOfRows),
          found_(found),
          rowDepth_(list.empty() ? 1 : 2) {}

    // Of another list of objects beside the rows; "" where there is none.
    const std::string& second() const { return second_; }
    // A key beside the rows that is one of theirs; likewise.
    const std::string& beside() const { return beside_; }

    bool value() override {
        if (!isRow()) return true;
        RawRow row;
        row.line = stream_.line();
        row.offset = stream_.position();
        row.problem = ReasonCode::RowNoObject;
        return found_(row);
    }
    bool key(string_t& name) override {
        if (depth_ == 1 && !list_.empty()) {
            isInList_ = name == list_;
            key_ = std::move(name);
            if (!isInList_ && isOfRows_(key_)) beside_ = key_;
        }
        return beside_.empty();
    }
    bool start_object(std::size_t) override { return open('{'); }
    bool start_array(std::size_t) override { return open('['); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }

  private:
    bool isRow() const {
        return depth_ == rowDepth_ && (list_.empty() || (isInList_ && isInArray_));
    }
    bool open(char bracket) {
        if (isRow()) {
            line_ = stream_.line();
            offset_ = stream_.position() - 1;
            stream_.beginRow(bracket);
        } else if (depth_ == rowDepth_ && isInArray_ && bracket == '{') {
            second_ = key_;
            return false;
        }
        if (depth_ == 1) isInArray_ = bracket == '[';
        ++depth_;
        return true;
    }
    bool close() {
        --depth_;
        if (!isRow()) return true;
        RawRow row;
        row.line = line_;
        row.offset = offset_;
        row.text = stream_.row();
        const bool goOn = found_(row);
        stream_.endRow();
        return goOn;
    }

    JsonStream& stream_;
    const std::string list_;
    const KeyTest isOfRows_;
    const Found& found_;
    const std::size_t rowDepth_;
    std::size_t depth_ = 0;
    std::string key_;  // the last of the outer object
    bool isInList_ = false;
    bool isInArray_ = false;  // under that key
    std::string second_;
    std::string beside_;
    std::int64_t line_ = 0;     // of the row's beginning
    std::uint64_t offset_ = 0;  // likewise
};

class JsonArrayRows : public TextRows {
  public:
    JsonArrayRows(InputFile file, std::uint64_t begin, std::string list, KeyTest isOfRows)
        : TextRows(std::move(file), begin), list_(std::move(list)), isOfRows_(isOfRows) {
        countRows(doFirstShareALine());
    }

    RowLayout layout() const override { return {RowFormat::JsonArray, '\0', list_}; }
    Result<void> scan(const Visit& visit, const std::stop_token& stop) const override;
    Result<std::string> textAt(std::int64_t line, std::uint64_t offset) const override {
        JsonCutter rows = JsonCutter::look(file(), offset);
        return textOf(rows.next(true), line);
    }
    Result<json> parse(std::string_view text) const override { return parseJsonRow(text); }

  private:
    bool doFirstShareALine() const;
    Result<Reason> notUtf8(const JsonStream& stream) const;
    tl::unexpected<Error> broken(const JsonStream& stream, const RowFinder& finder) const;

    std::string list_;  // the key of the rows in the outer object; "": the array is the file's own
    KeyTest isOfRows_;
};

tl::unexpected<Error> JsonArrayRows::broken(const JsonStream& stream,
                                            const RowFinder& finder) const {
    const auto at = [&](std::int64_t line, const Reason& why) {
        Reason reason(ReasonCode::AtLineOf, {name(), std::to_string(line)});
        reason.add(why);
        return failure(ErrorCode::Malformed, reason);
    };
    if (stream.row().size() > kMaximumRowBytes) {
        return at(stream.line(),
                  {ReasonCode::FileRowTooLong, {std::to_string(kMaximumRowBytes >> 20)}});
    }
    if (!finder.second().empty())
        return at(stream.line(), {ReasonCode::FileTwoLists, {list_, finder.second()}});
    if (!finder.beside().empty())
        return at(stream.line(), {ReasonCode::FileKeyBesideRows, {finder.beside(), list_}});
    const Result<Reason> bytes = notUtf8(stream);
    if (!bytes) return tl::unexpected(bytes.error());
    if (!bytes->empty()) return at(stream.lineOfLast(), *bytes);
    const bool isCut = stream.position() >= file().sizeBytes();
    return at(stream.line(), isCut ? ReasonCode::FileBreaksOff : ReasonCode::FileNoJson);
}

// What is not UTF-8 in the last line read; empty where all is.
Result<Reason> JsonArrayRows::notUtf8(const JsonStream& stream) const {
    const std::uint64_t bytes = stream.position() - stream.lineBegin();
    std::string text(std::min<std::uint64_t>(bytes, kMaximumRowBytes), '\0');
    if (auto got = file().readAt(stream.lineBegin(), text); !got) {
        return tl::unexpected(got.error());
    }
    return whyNotUtf8(text).value_or(Reason());
}

bool JsonArrayRows::doFirstShareALine() const {
    JsonStream stream(file(), begin());
    std::vector<std::int64_t> lines;
    const RowFinder::Found found = [&lines](const RawRow& row) {
        lines.push_back(row.line);
        return lines.size() < 2;
    };
    RowFinder finder(stream, list_, isOfRows_, found);
    json::sax_parse(JsonIterator(&stream), JsonIterator(&stream), &finder);
    return lines.size() == 2 && lines[0] == lines[1];
}

Result<void> JsonArrayRows::scan(const Visit& visit, const std::stop_token& stop) const {
    JsonStream stream(file(), begin(), stop);
    std::int64_t number = 0;
    const RowFinder::Found found = [&](RawRow row) {
        row.line = number = numberOf(row.line, number);
        visit(row, share(stream.position()));
        return !stop.stop_requested();
    };
    RowFinder finder(stream, list_, isOfRows_, found);
    const bool isWhole = json::sax_parse(JsonIterator(&stream), JsonIterator(&stream), &finder);
    if (stop.stop_requested()) return cancelled();
    if (!stream.status()) return stream.status();
    // The library takes a NUL for the end.
    if (!isWhole || stream.position() < file().sizeBytes()) return broken(stream, finder);
    return {};
}

}  // namespace

std::unique_ptr<RowFile> jsonArrayRows(InputFile file, std::uint64_t begin, std::string list,
                                       KeyTest isOfRows) {
    return std::make_unique<JsonArrayRows>(std::move(file), begin, std::move(list), isOfRows);
}

}  // namespace dsm
