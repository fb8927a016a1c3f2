#include "kernels/base/atomic_file.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <string>
#include <utility>

#include "kernels/base/check.h"
#include "kernels/base/folder.h"
#include "kernels/base/system_calls.h"

namespace dsm {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kGatherBytes = 1U << 20;

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
    name += "." + std::to_string(::getpid()) + "-" + std::to_string(counter++);
    name += kPartialSuffix;
    return name;
}

// The target of a link; "" where it is none, or nothing.
Result<fs::path> linkTarget(const fs::path& path, const fs::path& asked) {
    std::array<char, PATH_MAX> target;
    const ssize_t size = sys::readlink(path.c_str(), target.data(), target.size());
    if (size >= 0) return fs::path(std::string(target.data(), static_cast<std::size_t>(size)));
    if (errno == EINVAL || errno == ENOENT) return fs::path();
    return systemFailure("write", asked, errno);
}

// What a path leads to: past its links, whose target need not be there, but not past the name of an
// open file, since what is open under it may have no other.
Result<fs::path> followed(fs::path path) {
    constexpr int kMostLinks = 40;  // as many as the system follows
    const fs::path asked = path;
    for (int links = 0; links < kMostLinks; ++links) {
        if (descriptorOf(path)) return path;
        const auto target = linkTarget(path, asked);
        if (!target) return target;
        if (target->empty()) return path;
        path = (path.parent_path() / *target).lexically_normal();
    }
    return systemFailure("write", asked, ELOOP);
}

}  // namespace

Result<AtomicFile> AtomicFile::openInPlace(const fs::path& path) {
    const std::optional<int> open = descriptorOf(path);
    const int file = open ? sys::duplicate(*open) : sys::open(path.c_str(), O_WRONLY | O_NOCTTY);
    if (file < 0) return systemFailure("write", path, errno);
    return AtomicFile(path, {}, File::owning(file, path));
}

Result<AtomicFile> AtomicFile::create(const fs::path& path, const AtomicFileOptions& options) {
    const auto target = options.followsLinks ? followed(path) : path;
    if (!target) return tl::unexpected(target.error());
    if (options.followsLinks && descriptorOf(*target)) return openInPlace(*target);
    struct stat status {};
    const bool exists = sys::lstat(target->c_str(), &status) == 0;
    if (!exists && errno != ENOENT && errno != ENOTDIR) return systemFailure("write", path, errno);
    if (exists && options.followsLinks && !S_ISREG(status.st_mode)) return openInPlace(*target);
    fs::path temporary = temporaryName(*target);
    const int file = sys::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW,
                               options.permissions.value_or(0666));
    if (file < 0) return systemFailure("write", path, errno);
    AtomicFile made(*target, std::move(temporary), File::owning(file, *target));
    if (exists && !options.permissions && S_ISREG(status.st_mode))
        made.file_.setPermissions(status.st_mode & 0777);
    return made;
}

AtomicFile& AtomicFile::operator=(AtomicFile&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(temporary_, other.temporary_);
    std::swap(file_, other.file_);
    std::swap(pending_, other.pending_);
    return *this;
}

AtomicFile::~AtomicFile() {
    if (file_.isOpen() && !temporary_.empty()) static_cast<void>(removePath(temporary_));
}

Result<void> AtomicFile::write(std::span<const std::byte> bytes) {
    DSM_CHECK(file_.isOpen());
    if (pending_.size() + bytes.size() > kGatherBytes) {
        if (const auto flushed = flush(); !flushed) return flushed;
        if (bytes.size() >= kGatherBytes) return file_.write(bytes);
    }
    pending_.insert(pending_.end(), bytes.begin(), bytes.end());
    return {};
}

Result<void> AtomicFile::commit() {
    DSM_CHECK(file_.isOpen());
    if (const auto flushed = flush(); !flushed) return flushed;
    if (temporary_.empty()) return file_.close();  // devices and pipes cannot be flushed
    if (const auto flushed = file_.sync(); !flushed) return flushed;
    const auto named = giveName();
    if (!named && !temporary_.empty()) static_cast<void>(removePath(temporary_));
    return named;
}

// The folder is opened before the name is given: one that cannot be opened for want of descriptors
// has changed nothing yet.
Result<void> AtomicFile::giveName() {
    if (const auto closed = file_.close(); !closed) return closed;
    const auto folder = FolderFlush::prepare(path_.parent_path());
    if (!folder) return systemFailure("write", path_, folder.error().systemReason);
    if (const auto renamed = renamePath(temporary_, path_); !renamed) return renamed;
    temporary_.clear();
    const auto flushed = folder->flush();
    return flushed ? flushed : systemFailure("write", path_, flushed.error().systemReason);
}

Result<void> AtomicFile::flush() {
    const auto written = file_.write(pending_);
    pending_.clear();
    return written;
}

Result<void> writeFile(const fs::path& path, std::span<const std::byte> bytes,
                       const AtomicFileOptions& options) {
    Result<AtomicFile> file = AtomicFile::create(path, options);
    if (!file) return tl::unexpected(file.error());
    const auto written = file->write(bytes);
    return written ? file->commit() : written;
}

}  // namespace dsm
