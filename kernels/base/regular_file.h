// Opening a file that came from outside, where nothing but a file will do.
//
// A named pipe, a socket, a device or a folder in its place is refused at once: opening or reading
// one may wait for ever.
//
// Errors  NotFound, or Io with the path and the reason.
#pragma once

#include <cstdint>
#include <filesystem>

#include "kernels/base/result.h"

namespace dsm {

struct RegularFile {
    int descriptor = -1;  // for reading; whoever asked closes it
    std::uint64_t sizeBytes = 0;
};

Result<RegularFile> openRegularFile(const std::filesystem::path& path);

}  // namespace dsm
