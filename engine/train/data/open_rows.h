// Opens a data set's file by its ending, and by what it holds.
//
//   .jsonl .ndjson .json   by what the file holds, whatever its ending: objects that follow each
//                   other, each on a line (empty lines are skipped), over lines, or several on one;
//                   one array of objects; or an object with one list of objects, {"data": [..]}
//   .csv .tsv       the first row names the columns; the rest by RFC 4180, so that quoted fields
//                   may hold line breaks. Fields are separated by what the first line shows: comma,
//                   tab, semicolon or |; a first line sep=; is understood. A column without a name
//                   is called by its place
//   .parquet        rows/parquet/parquet_rows.h
//
// Errors    NotFound, Io; Malformed for what breaks the whole file (UTF-16, two columns of one name);
//           Unsupported for other formats.
#pragma once

#include <filesystem>
#include <memory>

#include "engine/train/data/rows/row_file.h"
#include "kernels/base/result.h"

namespace dsm {

Result<std::unique_ptr<RowFile>> openRows(const std::filesystem::path& path);

}  // namespace dsm
