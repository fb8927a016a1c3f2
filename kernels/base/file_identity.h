// FileIdentity: which file it is, whatever its name: two paths to one file have the same.
//
// Threads  Any.
// Errors   NotFound or Io with the path and the system's reason.
#pragma once

#include <cstdint>
#include <filesystem>

#include "kernels/base/result.h"

namespace dsm {

struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t number = 0;  // its inode

    bool operator==(const FileIdentity&) const = default;
};

// Past links.
Result<FileIdentity> identityOf(const std::filesystem::path& path);

}  // namespace dsm
