// Opening a file of a model's folder: a regular file of a size that its kind can have, and that
// holds what its name says.
//
// What often lies in its place, and would only be called broken by whoever parses it, is told by
// name: the pointer that Git LFS leaves where a file was not fetched, and the web page that a
// server sent instead of a download.
//
// Errors  NotFound, Io: those of mapped_file.h; Io where a link leads to nothing. Malformed: too large, a
//         pointer, a web page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "kernels/base/mapped_file.h"
#include "kernels/base/result.h"

namespace dsm {

Result<MappedFile> openModelFile(
    const std::filesystem::path& path,
    std::uint64_t maximumBytes = std::numeric_limits<std::uint64_t>::max());

// The same for a text, as a whole.
Result<std::string> readTextFile(const std::filesystem::path& path, std::uint64_t maximumBytes);

// What lies there in place of the file called `name`; nothing where its content may be its own.
std::optional<Error> placeholderIn(std::span<const std::byte> bytes, const std::string& name);

// Whether they are a pointer of Git LFS.
bool isLfsPointer(std::string_view content);
// Whether they begin a page of HTML.
bool isWebPage(std::string_view content);

}  // namespace dsm
