#include <iterator>
#include <vector>

#include "engine/train/data/rows.h"

namespace dsm {
namespace {

using nlohmann::json;

constexpr std::size_t kPieceBytes = 1 << 18;

// The bytes of a file one by one, as the parser takes them; remembers those of the current row.
class ByteStream {
  public:
    ByteStream(const InputFile& file, std::uint64_t begin)
        : file_(file), position_(begin), piece_(kPieceBytes, '\0') {
        fill();
    }

    bool isAtEnd() const { return next_ == end_; }
    char current() const { return piece_[next_]; }
    void advance() {
        const char c = piece_[next_++];
        ++position_;
        if (c == '\n') ++line_;
        if (isInRow_) row_ += c;
        // Ends the text early: what is left of the row would only fill the memory.
        if (row_.size() > kMaximumRowBytes)
            end_ = next_;
        else if (next_ == end_)
            fill();
    }

    // The row's first byte is the one before the current.
    void beginRow(char first) {
        isInRow_ = true;
        row_.assign(1, first);
    }
    void endRow() {
        isInRow_ = false;
        row_.clear();
    }

    const std::string& row() const { return row_; }
    std::uint64_t position() const { return position_; }
    std::int64_t line() const { return line_; }
    const Result<void>& status() const { return status_; }

  private:
    void fill() {
        const Result<std::size_t> got = file_.readAt(position_, piece_);
        if (!got) status_ = tl::unexpected(got.error());
        next_ = 0;
        end_ = got ? *got : 0;
    }

    const InputFile& file_;
    std::uint64_t position_;  // of the current byte
    std::string piece_;
    std::size_t next_ = 0;
    std::size_t end_ = 0;
    std::int64_t line_ = 1;
    bool isInRow_ = false;
    std::string row_;
    Result<void> status_;
};

// What the JSON library reads from: only its end compares.
class ByteIterator {
  public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = char;

    explicit ByteIterator(ByteStream* stream) : stream_(stream) {}

    char operator*() const { return stream_->current(); }
    ByteIterator& operator++() {
        stream_->advance();
        return *this;
    }
    bool operator==(const ByteIterator&) const { return stream_->isAtEnd(); }
    bool operator!=(const ByteIterator& other) const { return !(*this == other); }

  private:
    ByteStream* stream_;
};

// Sees where the elements of the outer array begin and end. Their values are not kept.
class RowFinder : public nlohmann::json_sax<json> {
  public:
    using Found = std::function<bool(const RawRow&)>;  // false: enough

    RowFinder(ByteStream& stream, const Found& found) : stream_(stream), found_(found) {}

    bool null() override { return single(); }
    bool boolean(bool) override { return single(); }
    bool number_integer(number_integer_t) override { return single(); }
    bool number_unsigned(number_unsigned_t) override { return single(); }
    bool number_float(number_float_t, const string_t&) override { return single(); }
    bool string(string_t&) override { return single(); }
    bool binary(binary_t&) override { return false; }
    bool key(string_t&) override { return true; }
    bool start_object(std::size_t) override { return open('{'); }
    bool start_array(std::size_t) override { return open('['); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
        return false;
    }

  private:
    bool single() {
        if (depth_ != 1) return true;
        RawRow row;
        row.line = stream_.line();
        row.problem = "a row is an object of columns, but this is a single value.";
        return found_(row);
    }
    bool open(char bracket) {
        if (depth_++ == 1) {
            line_ = stream_.line();
            stream_.beginRow(bracket);
        }
        return true;
    }
    bool close() {
        if (--depth_ != 1) return true;
        RawRow row;
        row.line = line_;
        row.text = stream_.row();
        const bool goOn = found_(row);
        stream_.endRow();
        return goOn;
    }

    ByteStream& stream_;
    const Found& found_;
    std::size_t depth_ = 0;
    std::int64_t line_ = 0;  // of the row's beginning
};

class JsonArrayRows : public TextRows {
  public:
    JsonArrayRows(InputFile file, std::uint64_t begin) : TextRows(std::move(file), begin) {}

    Result<void> scan(const Visit& visit, const std::stop_token& stop) const override;
    Result<json> parse(std::string_view text) const override { return parseJsonRow(text); }

  private:
    tl::unexpected<Error> broken(const ByteStream& stream) const;
};

tl::unexpected<Error> JsonArrayRows::broken(const ByteStream& stream) const {
    const std::string place = name() + ": line " + std::to_string(stream.line()) + ": ";
    if (stream.row().size() > kMaximumRowBytes) {
        return failure(ErrorCode::Malformed, place + "the row is " + tooLong());
    }
    if (stream.position() >= file().sizeBytes()) {
        return failure(ErrorCode::Malformed,
                       place + "the array ends early: the file is cut off. Make it again.");
    }
    return failure(
        ErrorCode::Malformed,
        place + "this is not valid JSON in UTF-8, so the rows after it cannot be found.");
}

Result<void> JsonArrayRows::scan(const Visit& visit, const std::stop_token& stop) const {
    ByteStream stream(file(), begin());
    const RowFinder::Found found = [&](const RawRow& row) {
        visit(row, share(stream.position()));
        return !stop.stop_requested();
    };
    RowFinder finder(stream, found);
    const bool isWhole = json::sax_parse(ByteIterator(&stream), ByteIterator(&stream), &finder);
    if (stop.stop_requested()) return cancelled();
    if (!stream.status()) return stream.status();
    // The library takes a NUL for the end.
    if (!isWhole || stream.position() < file().sizeBytes()) return broken(stream);
    return {};
}

}  // namespace

Result<std::unique_ptr<RowFile>> openJsonArray(InputFile file) {
    const Result<std::uint64_t> begin = byteOrderMarkBytes(file);
    if (!begin) return tl::unexpected(begin.error());
    return std::make_unique<JsonArrayRows>(std::move(file), *begin);
}

}  // namespace dsm
