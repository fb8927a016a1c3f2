// Rows of JSON, in each of the ways in which files hold them. Private to engine/train/data.
//
// Ownership Owns the open file.
// Errors    Those of row_file.h; Malformed where an object that holds rows has a key beside them that
//           `isOfRows`: it would be dropped.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "engine/train/data/rows/input_file.h"
#include "engine/train/data/rows/row_file.h"

namespace dsm {

using KeyTest = bool (*)(std::string_view key);

// Whichever of the two it is, seen from its beginning.
Result<std::unique_ptr<RowFile>> openJson(InputFile file, KeyTest isOfRows);

// Values that follow each other.
std::unique_ptr<RowFile> jsonValueRows(InputFile file, std::uint64_t begin);
// An array of rows, or an object that holds one as `list`.
std::unique_ptr<RowFile> jsonArrayRows(InputFile file, std::uint64_t begin, std::string list,
                                       KeyTest isOfRows);

}  // namespace dsm
