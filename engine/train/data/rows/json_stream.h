// JsonStream: the bytes of a file as the JSON library's parser takes them, one by one, with flat
// memory; remembers those of the current row. Private to engine/train/data.
//
// Ownership Borrows the file.
// Threads   One at a time.
// Errors    Io, by status(); the text then seems to end, as it does where `stop` asks for it.
#pragma once

#include <cstdint>
#include <iterator>
#include <stop_token>
#include <string>
#include <utility>

#include "engine/train/data/rows/input_file.h"
#include "engine/train/data/rows/row_file.h"

namespace dsm {

inline constexpr std::size_t kJsonPieceBytes = 1 << 18;

// The bytes of a file one by one, as the parser takes them; remembers those of the current row.
class JsonStream {
  public:
    JsonStream(const InputFile& file, std::uint64_t begin, std::stop_token stop = {})
        : file_(file),
          stop_(std::move(stop)),
          position_(begin),
          piece_(kJsonPieceBytes, '\0'),
          lineBegin_(begin) {
        fill();
    }

    bool isAtEnd() const { return next_ == end_; }
    char current() const { return piece_[next_]; }
    void advance() {
        const char c = piece_[next_++];
        ++position_;
        if (c == '\n') {
            ++line_;
            lastBegin_ = std::exchange(lineBegin_, position_);
        }
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
    // Of the line that the last byte read is in, be it a line break.
    std::uint64_t lineBegin() const { return position_ > lineBegin_ ? lineBegin_ : lastBegin_; }
    std::int64_t lineOfLast() const { return position_ > lineBegin_ ? line_ : line_ - 1; }
    const Result<void>& status() const { return status_; }

  private:
    void fill() {
        next_ = end_ = 0;
        if (stop_.stop_requested()) return;
        const Result<std::size_t> got = file_.readAt(position_, piece_);
        if (!got) status_ = tl::unexpected(got.error());
        end_ = got ? *got : 0;
    }

    const InputFile& file_;
    std::stop_token stop_;
    std::uint64_t position_;  // of the current byte
    std::string piece_;
    std::size_t next_ = 0;
    std::size_t end_ = 0;
    std::int64_t line_ = 1;
    std::uint64_t lineBegin_;      // of its first byte
    std::uint64_t lastBegin_ = 0;  // of the line before
    bool isInRow_ = false;
    std::string row_;
    Result<void> status_;
};

// What the JSON library reads from: only its end compares.
class JsonIterator {
  public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = char;

    explicit JsonIterator(JsonStream* stream) : stream_(stream) {}

    char operator*() const { return stream_->current(); }
    JsonIterator& operator++() {
        stream_->advance();
        return *this;
    }
    bool operator==(const JsonIterator&) const { return stream_->isAtEnd(); }
    bool operator!=(const JsonIterator& other) const { return !(*this == other); }

  private:
    JsonStream* stream_;
};

}  // namespace dsm
