// The formats behind RowFile, and what they share. Private to engine/train/data.
//
// Ownership Owns the open file.
// Errors    Those of row_file.h.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/train/data/rows/input_file.h"
#include "engine/train/data/rows/row_file.h"

namespace dsm {

// The rows of one open file of text.
class TextRows : public RowFile {
  public:
    const std::string& name() const override { return file_.name(); }
    bool countsRows() const override { return countsRows_; }

  protected:
    // Of the row that a cutter has found there.
    Result<std::string> textOf(const Result<std::optional<RawRow>>& row, std::int64_t line) const;

    // `begin`: where the text begins, after a byte order mark.
    TextRows(InputFile file, std::uint64_t begin) : file_(std::move(file)), begin_(begin) {}

    // Of rows that may share a line: by their first two.
    void countRows(bool isWanted) { countsRows_ = isWanted; }
    // The number of a row that begins on this line, after the one of `before`.
    std::int64_t numberOf(std::int64_t line, std::int64_t before) const {
        return countsRows_ ? before + 1 : std::max(line, before + 1);
    }

    const InputFile& file() const { return file_; }
    std::uint64_t begin() const { return begin_; }
    double share(std::uint64_t offset) const {
        const auto size = static_cast<double>(file_.sizeBytes());
        return size == 0 ? 1 : static_cast<double>(offset) / size;
    }

  private:
    InputFile file_;
    std::uint64_t begin_;
    bool countsRows_ = false;
};

// `delimiter`: the one that the file's ending means; another where the first line shows it.
Result<std::unique_ptr<RowFile>> openCsv(InputFile file, char delimiter);

// One JSON object. Malformed, with the reason alone.
Result<nlohmann::json> parseJsonRow(std::string_view text);

// Which byte is not UTF-8, as a reason; nothing where all are.
std::optional<Reason> whyNotUtf8(std::string_view text);

// What a row of more than kMaximumRowBytes is answered with.
Reason tooLong();

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Bytes of the mark at the file's start, 0 or 3. Malformed where the file is UTF-16 or UTF-32.
Result<std::uint64_t> byteOrderMarkBytes(const InputFile& file);

}  // namespace dsm
