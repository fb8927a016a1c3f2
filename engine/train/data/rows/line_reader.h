// LineReader: the lines of a file from front to back, with flat memory.
//
// A line ends with \n, the last one also with the file. A line longer than the limit is skipped,
// but for its place.
//
// Ownership Borrows the file; a line's text lives until the next call.
// Threads   One at a time.
// Errors    Io; Cancelled as soon as `stop` asks for it, however long a line is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "engine/train/data/rows/input_file.h"
#include "kernels/base/result.h"

namespace dsm {

class LineReader {
  public:
    struct Line {
        std::uint64_t offset = 0;
        std::int64_t number = 0;  // from 1
        std::uint64_t end = 0;    // one past its \n
        std::string_view text;    // with its \n; empty where it is too long
        bool isTooLong = false;
    };

    LineReader(const InputFile& file, std::size_t maximumBytes, std::stop_token stop = {})
        : file_(file), maximumBytes_(maximumBytes), stop_(std::move(stop)) {}

    // A line that is longer than the limit ends there: its end is not looked for.
    void breakLongLines() { breaks_ = true; }

    // Nothing at the end of the file.
    Result<std::optional<Line>> next();
    // The next line is the one that begins there.
    void goTo(std::uint64_t offset, std::int64_t number);

  private:
    Result<bool> readMore();

    const InputFile& file_;
    std::size_t maximumBytes_;
    std::stop_token stop_;
    bool breaks_ = false;
    std::string buffer_;
    std::size_t begin_ = 0;           // of the next line, in buffer_
    std::uint64_t bufferOffset_ = 0;  // of buffer_, in the file
    std::int64_t number_ = 1;         // of the next line
};

}  // namespace dsm
