// A JSON file that a run leaves for people to look at: whole or not at all. Text of a model or of a
// data set may end within a character, which then is U+FFFD.
//
// Errors  Io.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "kernels/base/atomic_file.h"

namespace dsm {

// In one line, without a line feed.
inline std::string documentText(const nlohmann::json& document) {
    return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

inline Result<void> writeDocument(const std::filesystem::path& path,
                                  const nlohmann::json& document) {
    const std::string text = documentText(document) + '\n';
    return writeFile(path, std::as_bytes(std::span(text)));
}

}  // namespace dsm
