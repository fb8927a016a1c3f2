// A file that appears whole or not at all: written under a temporary name in the same folder,
// flushed to the disk, then renamed over the final name, which is flushed too.
//
// A symbolic link is followed: the file it points to is replaced, and keeps its permissions. What
// is no regular file (a device, a FIFO, /dev/stdout) is not replaced but written to, at once.
//
// Ownership Without commit() the temporary file is removed. A program that is killed leaves it, as
//           NAME.PROCESS-NUMBER.partial.
// Errors    Io or NotFound (no such folder), naming the path and the system's reason, which is in
//           Error::systemReason too. What was there before is whole then; only where flushing the
//           new name is what failed, the new file is, and may be lost by a power cut.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "kernels/base/file.h"
#include "kernels/base/result.h"

namespace dsm {

// How such a file's name ends while it is written.
inline constexpr std::string_view kPartialSuffix = ".partial";

struct AtomicFileOptions {
    std::optional<mode_t> permissions;  // none: those of the file that is replaced
    bool followsLinks = true;           // false: a link is replaced itself
};

// For this user only.
inline constexpr AtomicFileOptions kPrivateFile{.permissions = 0600, .followsLinks = true};

class AtomicFile {
  public:
    static Result<AtomicFile> create(const std::filesystem::path& path,
                                     const AtomicFileOptions& options = {});

    AtomicFile(AtomicFile&& other) noexcept = default;
    AtomicFile& operator=(AtomicFile&& other) noexcept;
    ~AtomicFile();

    // Small writes are gathered; large ones go straight through.
    Result<void> write(std::span<const std::byte> bytes);
    // The file is complete; nothing may be written afterwards.
    Result<void> commit();

  private:
    AtomicFile(std::filesystem::path path, std::filesystem::path temporary, File file)
        : path_(std::move(path)), temporary_(std::move(temporary)), file_(std::move(file)) {}
    static Result<AtomicFile> openInPlace(const std::filesystem::path& path);

    Result<void> flush();
    Result<void> giveName();

    std::filesystem::path path_;
    std::filesystem::path temporary_;  // empty: path_ itself is written to
    File file_;
    std::vector<std::byte> pending_;
};

// All of it at once.
Result<void> writeFile(const std::filesystem::path& path, std::span<const std::byte> bytes,
                       const AtomicFileOptions& options = {});

}  // namespace dsm
