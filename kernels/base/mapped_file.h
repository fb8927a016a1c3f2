// A file's bytes in the address space, read-only, without copying.
//
// A file that is cut by someone else while it is mapped reads as zeros from there on (see
// mapping_guard.h), and one that is overwritten shows what is there now: check isChanged() before
// results of its bytes are used.
//
// Ownership  The mapping lives as long as the object; views into it die with it.
// Errors     NotFound or Io, with the path and the system's reason; those of file.h.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <utility>

#include "kernels/base/file.h"
#include "kernels/base/mapping_guard.h"
#include "kernels/base/result.h"

namespace dsm {

class MappedFile {
  public:
    static Result<MappedFile> open(const std::filesystem::path& path);

    MappedFile() = default;
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;
    ~MappedFile();

    std::span<const std::byte> bytes() const { return {data_, size_}; }

    // Whether the file was written since it was opened, or became shorter.
    bool isChanged() const;

  private:
    MappedFile(const std::byte* data, std::size_t size, File file)
        : data_(data), size_(size), file_(std::move(file)), guard_(data, size) {}

    const std::byte* data_ = nullptr;
    std::size_t size_ = 0;
    File file_;  // to ask for its size: a cut within its last page raises no signal
    MappingGuard guard_;
};

// What to say of a file that isChanged().
Error fileWasChanged(const std::filesystem::path& path);

// Advice to the system about a part of a mapping that is read once from front to back: its pages
// are wanted soon, so that the disk works ahead; or not wanted again, so that a file larger than
// memory leaves room for what else is in use.
void wantPages(std::span<const std::byte> bytes);
void dropPages(std::span<const std::byte> bytes);

}  // namespace dsm
