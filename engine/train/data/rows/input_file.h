// InputFile: a file read in pieces at any place, so that one of many gigabytes takes no memory.
//
// Not mapped: the pages of a mapping count as the program's memory, and a file that another program
// shortens would end this one.
//
// Ownership Owns the open file.
// Threads   readAt() from any thread.
// Errors    NotFound or Io, naming the path and the system's reason.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>

#include "kernels/base/file.h"
#include "kernels/base/result.h"

namespace dsm {

inline constexpr std::size_t kPieceBytes = 1 << 18;  // read at once by who reads from the front

class InputFile {
  public:
    static Result<InputFile> open(const std::filesystem::path& path);

    const std::string& name() const { return name_; }
    std::uint64_t sizeBytes() const { return file_.sizeWhenOpened(); }

    // Fills `out` from `offset` on; returns how many bytes there were before the file's end.
    Result<std::size_t> readAt(std::uint64_t offset, std::span<char> out) const;

  private:
    explicit InputFile(File file) : name_(file.path().string()), file_(std::move(file)) {}

    std::string name_;
    File file_;
};

}  // namespace dsm
