// JsonCutter: cuts a file of JSON values that follow each other into rows, with flat memory.
//
// A value may be a line, span lines (pretty-printed), or share a line with others; nothing but
// white space stands between them. Only brackets and strings are looked at: whether a row is JSON
// is seen when it is parsed. A value that cannot end where it should - a line break inside a
// string, an object that begins where a key was expected, the end of the file - is given up: its
// first line is the row, and the next line begins a new one, so that one broken row costs no other.
//
// Ownership Borrows the file; a row's text lives until the next call.
// Threads   One at a time.
// Errors    Io; Cancelled as soon as `stop` asks for it, however long a row is.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "engine/train/data/rows/input_file.h"
#include "engine/train/data/rows/row_file.h"
#include "kernels/base/result.h"

namespace dsm {

class JsonCutter {
  public:
    JsonCutter(const InputFile& file, std::uint64_t begin, std::stop_token stop = {})
        : file_(file), bufferOffset_(begin), stop_(std::move(stop)) {}
    // Of a look at what begins there: the file seems to end after one or two rows of the longest.
    static JsonCutter look(const InputFile& file, std::uint64_t begin) {
        JsonCutter cutter(file, begin);
        cutter.end_ = begin + 2 * kMaximumRowBytes + kPieceBytes;
        return cutter;
    }

    // Nothing at the end of the file. What follows on its line belongs to a row, unless it is
    // another value, or the row stands in a list.
    Result<std::optional<RawRow>> next(bool isInList = false);
    // Of what has not been read yet.
    std::uint64_t offset() const { return bufferOffset_ + at_; }

  private:
    bool isAtEnd();
    char current() const { return buffer_[at_]; }
    void step();
    void skipBlanks();
    void cutValue();
    void cutLine();
    void goTo(std::uint64_t offset, std::int64_t line);

    const InputFile& file_;
    std::string buffer_;
    std::size_t at_ = 0;              // of the next byte, in buffer_
    std::uint64_t bufferOffset_ = 0;  // of buffer_, in the file
    std::uint64_t end_ =
        std::numeric_limits<std::uint64_t>::max();  // nothing is read from there on
    std::stop_token stop_;
    std::int64_t line_ = 1;  // of the next byte
    std::string row_;
    bool isTooLong_ = false;
    int givenUp_ = 0;  // values that spanned lines and did not end
    Result<void> status_;
};

}  // namespace dsm
