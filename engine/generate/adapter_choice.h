// Adapter choice: which adapter a model computes with, and how strongly.
//
// Errors  Unsupported: a scale that is no number, or out of its range. A folder that is no adapter
//         is simply not listed.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/base/result.h"

namespace dsm {

struct AdapterChoice {
    std::filesystem::path folder;
    float scale = 1;  // 0: none of its factors, 1: as it was trained

    bool operator==(const AdapterChoice&) const = default;
};

// From "FOLDER" or "FOLDER:SCALE". A path that exists is a folder, whatever colons it has; else
// what follows the last colon is a scale where it is written as a number, "nan" and "inf" included,
// which are refused.
Result<AdapterChoice> parseAdapterChoice(std::string_view text);

// The adapter folders in `folder` and in its folders, itself included, sorted by name.
std::vector<std::filesystem::path> findAdapters(const std::filesystem::path& folder);

}  // namespace dsm
