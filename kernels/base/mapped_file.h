// A file's bytes in the address space, read-only, without copying.
//
// Ownership  The mapping lives as long as the object; views into it die with it.
// Errors     NotFound or Io, with the path and the system's reason.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

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

  private:
    MappedFile(const std::byte* data, std::size_t size) : data_(data), size_(size) {}

    const std::byte* data_ = nullptr;
    std::size_t size_ = 0;
};

// Advice to the system about a part of a mapping that is read once from front to back: its pages
// are wanted soon, so that the disk works ahead; or not wanted again, so that a file larger than
// memory leaves room for what else is in use.
void wantPages(std::span<const std::byte> bytes);
void dropPages(std::span<const std::byte> bytes);

}  // namespace dsm
