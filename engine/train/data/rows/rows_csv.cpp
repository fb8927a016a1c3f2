#include <csv.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "engine/train/data/rows/line_reader.h"
#include "engine/train/data/rows/rows.h"

namespace dsm {
namespace {

using Fields = std::vector<std::string>;

int never(unsigned char) {
    return 0;
}

// One row at a time through libcsv, which keeps the state of quotes from line to line.
class CsvParser {
  public:
    explicit CsvParser(char delimiter) : delimiter_(static_cast<unsigned char>(delimiter)) {
        begin();
    }
    ~CsvParser() { csv_free(&parser_); }
    CsvParser(const CsvParser&) = delete;
    CsvParser& operator=(const CsvParser&) = delete;

    enum class State { Empty, Unfinished, Row, Broken };

    // Takes the next line of the row.
    State push(std::string_view line) {
        isBroken_ =
            csv_parse(&parser_, line.data(), line.size(), takeField, takeEnd, this) != line.size();
        return state();
    }
    // The row has no more lines.
    State finish() {
        isBroken_ = isBroken_ || csv_fini(&parser_, takeField, takeEnd, this) != 0;
        return state();
    }
    Fields takeFields() {
        rows_ = 0;
        return std::exchange(fields_, {});
    }
    void restart() {
        csv_free(&parser_);
        begin();
    }
    Reason problem() const {
        if (rows_ > 1) return ReasonCode::CsvCarriageReturn;
        const int code = csv_error(&parser_);
        const bool isFull = code == CSV_ENOMEM || code == CSV_ETOOBIG;
        return isFull ? ReasonCode::RowNoMemory : ReasonCode::CsvQuote;
    }

  private:
    void begin() {
        csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI);
        csv_set_delim(&parser_, delimiter_);
        csv_set_space_func(&parser_, never);  // spaces belong to the text
        fields_.clear();
        rows_ = 0;
        isBroken_ = false;
    }
    State state() const {
        if (isBroken_ || rows_ > 1) return State::Broken;
        if (rows_ == 1) return State::Row;
        return fields_.empty() && parser_.pstate == 0 ? State::Empty : State::Unfinished;
    }
    static void takeField(void* text, std::size_t size, void* self) {
        static_cast<CsvParser*>(self)->fields_.emplace_back(static_cast<const char*>(text), size);
    }
    static void takeEnd(int, void* self) { ++static_cast<CsvParser*>(self)->rows_; }

    unsigned char delimiter_;
    mutable csv_parser parser_{};
    Fields fields_;
    int rows_ = 0;  // that ended
    bool isBroken_ = false;
};

// The fields of one row that is all there.
Result<Fields> fieldsOf(std::string_view text, char delimiter) {
    CsvParser parser(delimiter);
    CsvParser::State state = parser.push(text);
    if (state != CsvParser::State::Row) state = parser.finish();
    if (state != CsvParser::State::Row) return failure(ErrorCode::Malformed, parser.problem());
    return parser.takeFields();
}

// Cuts a file into rows. One that breaks is answered with the reason, and reading goes on at its
// second line: the quote that was left open may have swallowed good rows.
class RowCutter {
  public:
    RowCutter(const InputFile& file, char delimiter, std::uint64_t offset, std::int64_t line,
              std::stop_token stop = {})
        : lines_(file, kMaximumRowBytes, std::move(stop)), parser_(delimiter) {
        lines_.goTo(offset, line);
    }
    // Of one row alone, whose end is not looked for where it is too long.
    void breakLongLines() { lines_.breakLongLines(); }

    // Nothing at the end of the file.
    Result<std::optional<RawRow>> next();
    // Of what has not been read yet.
    std::uint64_t offset() const { return offset_; }

  private:
    CsvParser::State push(const LineReader::Line& line);
    RawRow finishRow(CsvParser::State state);

    LineReader lines_;
    CsvParser parser_;
    std::string text_;                // of the row
    std::int64_t line_ = 0;           // of its beginning
    std::uint64_t firstOffset_ = 0;   // likewise
    std::uint64_t secondOffset_ = 0;  // of what follows its first line
    std::uint64_t offset_ = 0;        // of what follows the last line read
    bool isTooLong_ = false;
    bool isFinished_ = false;  // text_ is that of the row before
};

CsvParser::State RowCutter::push(const LineReader::Line& line) {
    if (text_.empty()) {
        line_ = line.number;
        firstOffset_ = line.offset;
        secondOffset_ = line.end;
    }
    isTooLong_ = line.isTooLong || text_.size() + line.text.size() > kMaximumRowBytes;
    if (isTooLong_) return CsvParser::State::Broken;
    text_ += line.text;
    return parser_.push(line.text);
}

RawRow RowCutter::finishRow(CsvParser::State state) {
    RawRow row;
    row.line = line_;
    row.offset = firstOffset_;
    row.text = text_;
    isFinished_ = true;
    if (state == CsvParser::State::Row) {
        parser_.takeFields();
        return row;
    }
    row.problem = isTooLong_ ? tooLong() : parser_.problem();
    parser_.restart();
    lines_.goTo(secondOffset_, line_ + 1);
    return row;
}

Result<std::optional<RawRow>> RowCutter::next() {
    if (std::exchange(isFinished_, false)) text_.clear();
    for (;;) {
        const auto line = lines_.next();
        if (!line) return tl::unexpected(line.error());
        const bool isAtEnd = !line->has_value();
        if (!isAtEnd) offset_ = (*line)->end;
        if (isAtEnd && text_.empty()) return std::nullopt;
        const CsvParser::State state = isAtEnd ? parser_.finish() : push(**line);
        const bool isDone = state == CsvParser::State::Row || state == CsvParser::State::Broken;
        if (isDone) return finishRow(state);
        if (state == CsvParser::State::Empty) text_.clear();
        if (isAtEnd) return std::nullopt;
    }
}

class CsvRows : public TextRows {
  public:
    CsvRows(InputFile file, std::uint64_t begin, char delimiter)
        : TextRows(std::move(file), begin), delimiter_(delimiter), header_(begin) {}

    Result<void> readColumns();
    RowLayout layout() const override { return {RowFormat::Csv, delimiter_}; }
    Result<void> scan(const Visit& visit, const std::stop_token& stop) const override;
    Result<std::string> textAt(std::int64_t line, std::uint64_t offset) const override {
        RowCutter rows(file(), delimiter_, offset, line);
        rows.breakLongLines();
        return textOf(rows.next(), line);
    }
    Result<nlohmann::json> parse(std::string_view text) const override;

  private:
    Result<void> chooseDelimiter();
    Result<void> checkColumns() const;
    tl::unexpected<Error> refuseColumns(const Reason& why) const {
        Reason reason(ReasonCode::AtLineOf, {name(), std::to_string(headerLine_)});
        reason.add(why);
        return failure(ErrorCode::Malformed, reason);
    }

    char delimiter_;
    Fields columns_;
    std::uint64_t header_;  // where the names of the columns begin
    std::int64_t headerLine_ = 1;
    std::uint64_t firstRow_ = 0;
    std::int64_t firstLine_ = 1;
};

// How often a character stands outside quotes.
std::int64_t countOutsideQuotes(std::string_view text, char wanted) {
    std::int64_t count = 0;
    bool isQuoted = false;
    for (const char c : text) {
        if (c == '"') isQuoted = !isQuoted;
        if (c == wanted && !isQuoted) ++count;
    }
    return count;
}

// The one that the ending means, if the line has it at all, else the most frequent.
Result<void> CsvRows::chooseDelimiter() {
    LineReader lines(file(), kMaximumRowBytes);
    lines.breakLongLines();
    lines.goTo(begin(), 1);
    const auto line = lines.next();
    if (!line) return tl::unexpected(line.error());
    if (!line->has_value()) return {};
    const std::string_view text = (*line)->text;
    // As Excel says it.
    const bool isSaid = text.starts_with("sep=") && text.size() > 5 &&
                        text.substr(5).find_first_not_of("\r\n") == std::string_view::npos;
    if (isSaid) {
        delimiter_ = text[4];
        header_ = (*line)->end;
        headerLine_ = 2;
        return {};
    }
    std::int64_t most = countOutsideQuotes(text, delimiter_);
    if (most > 0) return {};
    for (const char other : {',', ';', '\t', '|'}) {
        const std::int64_t count = countOutsideQuotes(text, other);
        if (count <= most) continue;
        most = count;
        delimiter_ = other;
    }
    return {};
}

Result<void> CsvRows::readColumns() {
    if (auto chosen = chooseDelimiter(); !chosen) return chosen;
    RowCutter rows(file(), delimiter_, header_, headerLine_);
    rows.breakLongLines();
    const auto row = rows.next();
    if (!row) return tl::unexpected(row.error());
    if (!*row) {
        return failure(ErrorCode::Malformed, ReasonCode::FileEmpty, {name()});
    }
    if (!(*row)->problem.empty()) return refuseColumns((*row)->problem);
    const Result<Fields> names = fieldsOf((*row)->text, delimiter_);
    if (!names) return refuseColumns(reasonOf(names.error()));
    columns_ = *names;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        // As pandas writes the numbers of rows.
        if (columns_[i].empty())
            columns_[i] = "number " + std::to_string(i + 1) + ", without a name,";
    }
    const std::string_view text = (*row)->text;
    firstRow_ = rows.offset();
    firstLine_ = (*row)->line + std::count(text.begin(), text.end(), '\n');
    return checkColumns();
}

Result<void> CsvRows::checkColumns() const {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const std::string& column = columns_[i];
        if (const auto bytes = whyNotUtf8(column)) {
            Reason reason(ReasonCode::ColumnNameAt, {std::to_string(i + 1)});
            reason.add(*bytes);
            return refuseColumns(reason);
        }
        if (std::count(columns_.begin(), columns_.end(), column) > 1) {
            return refuseColumns({ReasonCode::ColumnsOfOneName, {column}});
        }
    }
    return {};
}

Result<void> CsvRows::scan(const Visit& visit, const std::stop_token& stop) const {
    RowCutter rows(file(), delimiter_, firstRow_, firstLine_, stop);
    for (;;) {
        if (stop.stop_requested()) return cancelled();
        const auto row = rows.next();
        if (!row) return tl::unexpected(row.error());
        if (!*row) return {};
        visit(**row, share(rows.offset()));
    }
}

Result<nlohmann::json> CsvRows::parse(std::string_view text) const {
    if (text.find('\0') != std::string_view::npos) {
        return failure(ErrorCode::Malformed, ReasonCode::CsvNul);
    }
    if (const auto bytes = whyNotUtf8(text)) return failure(ErrorCode::Malformed, *bytes);
    Result<Fields> fields = fieldsOf(text, delimiter_);
    if (!fields) return tl::unexpected(fields.error());
    if (fields->size() != columns_.size()) {
        const std::size_t count = fields->size();
        const std::string columns = std::to_string(columns_.size());
        if (count == 1) return failure(ErrorCode::Malformed, ReasonCode::CsvOneField, {columns});
        return failure(ErrorCode::Malformed, ReasonCode::CsvFields,
                       {std::to_string(count), columns});
    }
    nlohmann::json row = nlohmann::json::object();
    for (std::size_t i = 0; i < columns_.size(); ++i)
        row[columns_[i]] = std::move((*fields)[i]);
    return row;
}

}  // namespace

Result<std::unique_ptr<RowFile>> openCsv(InputFile file, char delimiter) {
    const Result<std::uint64_t> begin = byteOrderMarkBytes(file);
    if (!begin) return tl::unexpected(begin.error());
    auto rows = std::make_unique<CsvRows>(std::move(file), *begin, delimiter);
    if (auto read = rows->readColumns(); !read) return tl::unexpected(read.error());
    return rows;
}

}  // namespace dsm
