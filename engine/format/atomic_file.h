// A file that appears whole or not at all: written under a temporary name in the same folder,
// flushed to the disk, then renamed over the final name.
//
// A symbolic link is followed: the file it points to is replaced, and keeps its permissions. What
// is no regular file (a device, a FIFO, /dev/stdout) is not replaced but written to, at once.
//
// Ownership Without commit() the temporary file is removed.
// Errors    Io or NotFound (no such folder), naming the path and the system's reason.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

#include "kernels/base/result.h"

namespace dsm {

class AtomicFile {
  public:
    static Result<AtomicFile> create(const std::filesystem::path& path);

    AtomicFile(AtomicFile&& other) noexcept;
    AtomicFile& operator=(AtomicFile&& other) noexcept;
    ~AtomicFile();

    // Small writes are gathered; large ones go straight through.
    Result<void> write(std::span<const std::byte> bytes);
    // The file is complete; nothing may be written afterwards.
    Result<void> commit();

  private:
    AtomicFile(std::filesystem::path path, std::filesystem::path temporary, int file)
        : path_(std::move(path)), temporary_(std::move(temporary)), file_(file) {}
    static Result<AtomicFile> openInPlace(const std::filesystem::path& path);

    Result<void> flush();
    Result<void> writeThrough(std::span<const std::byte> bytes);

    std::filesystem::path path_;
    std::filesystem::path temporary_;  // empty: path_ itself is written to
    int file_ = -1;
    std::vector<std::byte> pending_;
};

// All of it at once.
Result<void> writeFile(const std::filesystem::path& path, std::span<const std::byte> bytes);

}  // namespace dsm
