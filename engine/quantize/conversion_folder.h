// Conversion folder: the folder that a conversion writes, before and between its steps.
//
// Errors  Io: the folder holds something else, or another conversion writes there; else those of
//         the system, with the path.
#pragma once

#include <cstdint>
#include <filesystem>

#include "kernels/base/file.h"
#include "kernels/base/result.h"

namespace dsm {

// Makes the folder. It must be empty, or hold a conversion.
Result<void> prepareFolder(const std::filesystem::path& folder);

// Holds a folder for one conversion. The lock ends with the program, however that ends.
Result<File> lockFolder(const std::filesystem::path& folder);

// Whether it opens as a model. What cannot be looked at is an error, and no reason to make it anew.
Result<bool> isModel(const std::filesystem::path& folder);

// Takes away files of a conversion that was killed. Nobody else may write there.
void removeLeftovers(const std::filesystem::path& folder);

}  // namespace dsm
