#include "engine/format/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>

#include "kernels/base/check.h"

namespace dsm {
namespace {

constexpr std::size_t kGatherBytes = 1U << 20;

tl::unexpected<Error> systemFailure(const std::filesystem::path& path, int error) {
    const ErrorCode code = error == ENOENT ? ErrorCode::NotFound : ErrorCode::Io;
    return failure(code, "Cannot write " + path.string() + ": " +
                             std::generic_category().message(error) + ".");
}

// Of its own for each writer, also where two programs write the same file.
std::filesystem::path temporaryName(const std::filesystem::path& path) {
    static std::atomic<unsigned> counter{0};
    std::filesystem::path name = path;
    name += "." + std::to_string(::getpid()) + "-" + std::to_string(counter++) + ".partial";
    return name;
}

// A rename is lasting once the folder that holds the name is flushed. Some file systems cannot
// flush a folder; the file's own bytes are safe without it.
void flushFolder(const std::filesystem::path& file) {
    std::filesystem::path folder = file.parent_path();
    if (folder.empty()) folder = ".";
    const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle < 0) return;
    ::fsync(handle);
    ::close(handle);
}

}  // namespace

Result<AtomicFile> AtomicFile::create(const std::filesystem::path& path) {
    std::filesystem::path temporary = temporaryName(path);
    const int file =
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (file < 0) return systemFailure(path, errno);
    return AtomicFile(path, std::move(temporary), file);
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::move(other.temporary_)),
      file_(std::exchange(other.file_, -1)),
      pending_(std::move(other.pending_)) {}

AtomicFile& AtomicFile::operator=(AtomicFile&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(temporary_, other.temporary_);
    std::swap(file_, other.file_);
    std::swap(pending_, other.pending_);
    return *this;
}

AtomicFile::~AtomicFile() {
    if (file_ < 0) return;
    ::close(file_);
    ::unlink(temporary_.c_str());
}

Result<void> AtomicFile::write(std::span<const std::byte> bytes) {
    DSM_CHECK(file_ >= 0);
    if (pending_.size() + bytes.size() > kGatherBytes) {
        if (const auto flushed = flush(); !flushed) return flushed;
        if (bytes.size() >= kGatherBytes) return writeThrough(bytes);
    }
    pending_.insert(pending_.end(), bytes.begin(), bytes.end());
    return {};
}

Result<void> AtomicFile::commit() {
    DSM_CHECK(file_ >= 0);
    if (const auto flushed = flush(); !flushed) return flushed;
    if (::fsync(file_) != 0) return systemFailure(path_, errno);
    // close() can be the first to report a failed write, on network file systems.
    const bool closed = ::close(std::exchange(file_, -1)) == 0;
    if (!closed || ::rename(temporary_.c_str(), path_.c_str()) != 0) {
        const int error = errno;
        ::unlink(temporary_.c_str());
        return systemFailure(path_, error);
    }
    flushFolder(path_);
    return {};
}

Result<void> AtomicFile::flush() {
    const auto written = writeThrough(pending_);
    pending_.clear();
    return written;
}

Result<void> AtomicFile::writeThrough(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return systemFailure(path_, errno);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> writeFile(const std::filesystem::path& path, std::span<const std::byte> bytes) {
    Result<AtomicFile> file = AtomicFile::create(path);
    if (!file) return tl::unexpected(file.error());
    const auto written = file->write(bytes);
    return written ? file->commit() : written;
}

}  // namespace dsm
