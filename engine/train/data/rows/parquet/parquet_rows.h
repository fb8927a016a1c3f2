// Parquet: the rows of a .parquet file, as data sets have them.
//
// Columns are texts, numbers, booleans, and lists, maps and structures of these, nested. Pages are
// not compressed, or by Snappy, gzip, Zstandard, LZ4 (raw) or Brotli; of either version; in every
// encoding that writers have by default. In place of values that are not read (times, decimals,
// bytes) stands that they are not (not_read.h): a column that nobody uses costs nothing, and one
// that is used is refused by name.
//
// Memory    A page and the dictionary of each column, and one row of at most kMaximumRowBytes,
//           however much a damaged or hostile file claims.
// Source    Apache Parquet, parquet.thrift, Encodings.md, LogicalTypes.md.
// Errors    open: NotFound, Io, Malformed, Unsupported, naming the file; scan() also the column and
//           the row.
#pragma once

#include <filesystem>
#include <memory>

#include "engine/train/data/rows/row_file.h"

namespace dsm {

Result<std::unique_ptr<RowFile>> openParquet(const std::filesystem::path& path);

}  // namespace dsm
