// Parquet: the rows of a .parquet file, where this build has Apache Arrow.
//
// Rows are read batch by batch. Columns are strings, numbers, booleans, lists and structs of these;
// what is of another type counts as null.
//
// Errors    NotFound, Io; Malformed for a broken file; Unsupported for any file where Arrow is
//           missing, with what to do.
#pragma once

#include <filesystem>
#include <memory>

#include "engine/train/data/row_file.h"

namespace dsm {

// Whether this build reads Parquet.
bool readsParquet();

Result<std::unique_ptr<RowFile>> openParquet(const std::filesystem::path& path);

}  // namespace dsm
