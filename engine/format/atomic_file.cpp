#include "engine/format/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "kernels/base/check.h"

namespace dsm {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kGatherBytes = 1U << 20;

tl::unexpected<Error> systemFailure(const fs::path& path, int error) {
    const ErrorCode code = error == ENOENT ? ErrorCode::NotFound : ErrorCode::Io;
    return failure(code, "Cannot write " + path.string() + ": " +
                             std::generic_category().message(error) + ".");
}

// Of /dev/fd/N and /proc/self/fd/N, where /dev/stdout leads: the file that is open as N.
std::optional<int> descriptorOf(const fs::path& path) {
    const fs::path folder = path.parent_path();
    if (folder != "/dev/fd" && folder != "/proc/self/fd") return std::nullopt;
    const std::string name = path.filename();
    int number = -1;
    const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (problem != std::errc() || end != name.data() + name.size()) return std::nullopt;
    return number;
}

// Of its own for each writer, also where two programs write the same file.
fs::path temporaryName(const fs::path& path) {
    static std::atomic<unsigned> counter{0};
    fs::path name = path;
    name += "." + std::to_string(::getpid()) + "-" + std::to_string(counter++) + ".partial";
    return name;
}

// A rename is lasting once the folder that holds the name is flushed. Some file systems cannot
// flush a folder; the file's own bytes are safe without it.
void flushFolder(const fs::path& file) {
    fs::path folder = file.parent_path();
    if (folder.empty()) folder = ".";
    const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle < 0) return;
    ::fsync(handle);
    ::close(handle);
}

// What a path leads to: past its links, whose target need not be there, but not past the name of an
// open file, since what is open under it may have no other.
Result<fs::path> followed(fs::path path) {
    constexpr int kMostLinks = 40;  // as many as the system follows
    const fs::path asked = path;
    std::error_code error;
    for (int links = 0; links < kMostLinks; ++links) {
        if (descriptorOf(path) || !fs::is_symlink(path, error)) return path;
        const fs::path target = fs::read_symlink(path, error);
        if (error) return systemFailure(asked, error.value());
        path = (path.parent_path() / target).lexically_normal();
    }
    return systemFailure(asked, ELOOP);
}

bool isRegular(const struct stat& status) {
    return S_ISREG(status.st_mode);
}

}  // namespace

Result<AtomicFile> AtomicFile::openInPlace(const fs::path& path) {
    const std::optional<int> open = descriptorOf(path);
    const int file = open ? ::fcntl(*open, F_DUPFD_CLOEXEC, 0)
                          : ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (file < 0) return systemFailure(path, errno);
    return AtomicFile(path, {}, file);
}

Result<AtomicFile> AtomicFile::create(const fs::path& path) {
    const auto target = followed(path);
    if (!target) return tl::unexpected(target.error());
    if (descriptorOf(*target)) return openInPlace(*target);
    struct stat status {};
    const bool exists = ::stat(target->c_str(), &status) == 0;
    if (exists && !isRegular(status)) return openInPlace(*target);
    fs::path temporary = temporaryName(*target);
    const int file =
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (file < 0) return systemFailure(path, errno);
    // Where that is refused the file is as a new one would be.
    if (exists) (void)::fchmod(file, status.st_mode & 0777);
    return AtomicFile(*target, std::move(temporary), file);
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
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
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
    if (temporary_.empty()) {  // which devices and pipes cannot flush
        const bool closed = ::close(std::exchange(file_, -1)) == 0;
        return closed ? Result<void>() : systemFailure(path_, errno);
    }
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

Result<void> writeFile(const fs::path& path, std::span<const std::byte> bytes) {
    Result<AtomicFile> file = AtomicFile::create(path);
    if (!file) return tl::unexpected(file.error());
    const auto written = file->write(bytes);
    return written ? file->commit() : written;
}

}  // namespace dsm
