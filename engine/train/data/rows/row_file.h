// RowFile: the rows of a data set's file, whatever its format (open_rows.h opens it): JSON Lines, one
// JSON array, CSV or Parquet.
//
// A row that cannot be read is handed on with the reason, and the next ones are read all the same:
// a data set of a million rows is not lost by one of them. Text is UTF-8; a byte order mark at the
// start is skipped.
//
// Memory    A buffer and at most one row of kMaximumRowBytes, however large the file is.
// Threads   scan() on one thread at a time; parse() from any.
// Errors    scan(): Io; Malformed for what breaks the whole file (a JSON array that ends early).
//           parse(): Malformed, with the reason alone, since the caller knows the line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <stop_token>
#include <string>
#include <string_view>

#include "kernels/base/reason.h"

namespace dsm {

inline constexpr std::size_t kMaximumRowBytes = 16 << 20;

struct RawRow {
    std::int64_t line = 0;     // its number, from 1, that no other row has: countsRows()
    std::uint64_t offset = 0;  // of its first byte in the file; of no use in a Parquet file
    std::string_view text;     // lives until the visit ends
    Reason problem;            // why it cannot be read; empty where it may be parsed
};

// How a file holds its rows, as its contents showed it.
enum class RowFormat { JsonLines, JsonArray, Csv, Parquet };

struct RowLayout {
    RowFormat format = RowFormat::JsonLines;
    char delimiter = '\0';  // of CSV
    std::string list = {};  // JsonArray: the key of the rows in an outer object, or ""
};

class RowFile {
  public:
    virtual ~RowFile() = default;
    RowFile(const RowFile&) = delete;
    RowFile& operator=(const RowFile&) = delete;

    // Calls visit(row, share of the file read) for each row, from the first to the last.
    using Visit = std::function<void(const RawRow& row, double share)>;
    virtual Result<void> scan(const Visit& visit, const std::stop_token& stop) const = 0;

    // The text of the row that scan() found at this place, without reading those before it.
    // Malformed where none is there.
    virtual Result<std::string> textAt(std::int64_t line, std::uint64_t offset) const = 0;

    // The columns of a row, an object.
    virtual Result<nlohmann::json> parse(std::string_view text) const = 0;

    virtual const std::string& name() const = 0;  // the path
    virtual RowLayout layout() const = 0;
    // RawRow::line counts rows: in a Parquet file, and in one of JSON whose rows share a line. Else it
    // is the line where the row begins; one that shares its line with the row before is counted on.
    virtual bool countsRows() const { return false; }
    const char* unit() const { return countsRows() ? "row" : "line"; }

  protected:
    RowFile() = default;
};

}  // namespace dsm
