// What the files of a folder hold, to be compared with what they held.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <system_error>

#include "tests/support/temporary_folder.h"

namespace dsm {

// By name; nothing where there is no folder.
inline std::map<std::string, std::string> contentsOf(const std::filesystem::path& folder) {
    std::map<std::string, std::string> contents;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder, none))
        contents[entry.path().filename().string()] = contentOf(entry.path());
    return contents;
}

}  // namespace dsm
