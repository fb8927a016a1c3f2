// JSON from outside: parsed strictly, with the line of what is wrong.
//
// Stricter than the grammar, because a file that says a thing twice or hides bytes is damaged or
// made to deceive: a key repeated in one object, a NUL byte, and nesting deeper than
// kMaximumJsonDepth are refused. Strings are valid UTF-8; numbers are finite.
//
// Errors  NotFound or Io (reading); Malformed, naming the file, the line and the reason, or what
//         lies in its place (model_file.h); OutOfMemory.
#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "kernels/base/result.h"

namespace dsm {

// The files read here nest less than ten levels; the limit keeps recursion over a document safe.
inline constexpr std::size_t kMaximumJsonDepth = 64;

Result<nlohmann::json> readJson(const std::filesystem::path& path, std::size_t maximumBytes);

// `file` is the name that messages give.
Result<nlohmann::json> parseJson(std::string_view text, const std::string& file);

// A value as a message shows it: in ASCII, and cut short where it is long.
std::string shown(const nlohmann::json& value);

}  // namespace dsm
