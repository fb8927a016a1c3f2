// File look: what a file of examples seems to hold, from its first rows, so that a person can say
// how it is to be read.
//
// The guess is what readExample() needs to be told: nothing where the columns have the names that
// it knows, else the columns whose names other data sets use for the same (question, response, ..),
// else the first and last column of texts.
//
// Threads  Any.
// Errors   Those of RowFile.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/train/data/example.h"
#include "engine/train/data/rows/row_file.h"
#include "kernels/base/result.h"

namespace dsm {

struct ColumnLook {
    std::string name;
    std::string value;            // the first that is not empty, cut short; lists as JSON
    bool isText = true;           // all that are not empty are
    bool isConversation = false;  // they are lists of objects with a speaker
};

struct FileLook {
    RowLayout layout;
    std::uint64_t sizeBytes = 0;
    std::vector<ColumnLook> columns;  // in the order in which they appear
    ColumnMap guessed;
};

Result<FileLook> lookAtFile(const std::filesystem::path& path, const std::stop_token& stop);

// Of a file with these columns.
ColumnMap guessColumns(const std::vector<ColumnLook>& columns);

}  // namespace dsm
