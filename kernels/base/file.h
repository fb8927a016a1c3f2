// File: an open file, folder or lock, that closes itself.
//
//   auto file = File::open(path, O_RDWR | O_CREAT);
//   if (file) written = file->writeAt(0, bytes).and_then([&] { return file->syncData(); });
//
// Reading and writing go on where the system did only a part, and where a signal interrupted it.
//
// Ownership Owns the descriptor.
// Threads   readAt(), writeAt(), sync() and syncData() from any thread at once; else one at a time.
// Errors    NotFound or Io with "Cannot read PATH: reason." or "Cannot write ..", and the reason
//           itself in Error::systemReason, for owners who say it in their own words.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>

#include "kernels/base/result.h"

namespace dsm {

// "No space left on device"
std::string systemReasonText(int error);
// `doing` is "read", "write", ..
tl::unexpected<Error> systemFailure(const char* doing, const std::filesystem::path& path,
                                    int error);

class File {
  public:
    // With the flags of open(2).
    static Result<File> open(const std::filesystem::path& path, int flags, mode_t mode = 0666);
    // To read what came from outside, where nothing but a file will do: a named pipe, a socket, a
    // device or a folder in its place is refused at once, since opening or reading one may wait for
    // ever.
    static Result<File> openRegular(const std::filesystem::path& path);
    static Result<File> openFolder(const std::filesystem::path& path);
    // A file that has no name any more, to read and write. It goes with the object, also when the
    // program is killed. `name` is what it was called for a moment, and is still in /proc.
    static Result<File> openUnnamed(const std::filesystem::path& folder, const std::string& name);
    // Takes over what is open already, which is called `path` in messages.
    static File owning(int descriptor, const std::filesystem::path& path) {
        return File(path, descriptor);
    }

    File() = default;
    File(File&& other) noexcept
        : path_(std::move(other.path_)),
          descriptor_(std::exchange(other.descriptor_, -1)),
          sizeWhenOpened_(other.sizeWhenOpened_),
          writtenWhenOpened_(other.writtenWhenOpened_) {}
    File& operator=(File&& other) noexcept;
    ~File();

    bool isOpen() const { return descriptor_ >= 0; }
    int descriptor() const { return descriptor_; }
    const std::filesystem::path& path() const { return path_; }

    // Fills `out` from `offset` on; returns how many bytes there were before the file's end.
    Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> out) const;
    // All of it: where the last write() ended, or at the end of a file opened with O_APPEND.
    Result<void> write(std::span<const std::byte> bytes);
    Result<void> writeAt(std::uint64_t offset, std::span<const std::byte> bytes);

    // Waits until all is on the disk; syncData() may leave times out.
    Result<void> sync() const;
    Result<void> syncData() const;
    Result<void> truncate(std::uint64_t sizeBytes);
    // Bytes that read as zeros and take no room. False where the file system cannot.
    bool punchHole(std::uint64_t offset, std::uint64_t sizeBytes);
    Result<std::uint64_t> sizeBytes() const;
    std::uint64_t sizeWhenOpened() const { return sizeWhenOpened_; }  // of openRegular()
    // Whether it was written or cut since openRegular(), by anybody, as far as the system's clock of
    // files tells (some milliseconds).
    bool wasWritten() const;
    // Where that is refused they stay as they are.
    void setPermissions(mode_t mode);
    // Held (flock) until it is closed, also by the end of the program. False: somebody else holds
    // it.
    Result<bool> tryLock();
    // May be the first to report a failed write, on network file systems.
    Result<void> close();

  private:
    File(std::filesystem::path path, int descriptor)
        : path_(std::move(path)), descriptor_(descriptor) {}

    tl::unexpected<Error> cannot(const char* doing) const;

    std::filesystem::path path_;
    int descriptor_ = -1;
    std::uint64_t sizeWhenOpened_ = 0;
    std::int64_t writtenWhenOpened_ = 0;  // nanoseconds since 1970
};

}  // namespace dsm
