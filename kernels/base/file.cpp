#include "kernels/base/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "kernels/base/reason.h"
#include "kernels/base/system_calls.h"

namespace dsm {
namespace {

const char* wordsOf(mode_t mode) {
    if (S_ISDIR(mode)) return "a folder";
    if (S_ISFIFO(mode)) return "a named pipe";
    if (S_ISSOCK(mode)) return "a socket";
    if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
    return "of another kind";
}

tl::unexpected<Error> otherKind(const std::filesystem::path& path, mode_t mode) {
    return failure(ErrorCode::Io, ReasonCode::NoFile, {path.string(), wordsOf(mode)});
}

// Writes with `call`, which takes what is left and how much was written before.
template <class Call>
int writeAll(std::span<const std::byte> bytes, const Call& call) {
    for (std::size_t done = 0; done < bytes.size();) {
        const ssize_t written = call(bytes.subspan(done), done);
        if (written < 0) return errno;
        if (written == 0) return ENOSPC;  // and would be for ever
        done += static_cast<std::size_t>(written);
    }
    return 0;
}

std::int64_t writtenNs(const struct stat& status) {
    return status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec;
}

}  // namespace

std::string systemReasonText(int error) {
    return std::generic_category().message(error);
}

tl::unexpected<Error> systemFailure(const char* doing, const std::filesystem::path& path,
                                    int error) {
    const ErrorCode code = error == ENOENT ? ErrorCode::NotFound : ErrorCode::Io;
    return failure(
        code, {ReasonCode::SystemRefused, {doing, path.string(), systemReasonText(error)}}, error);
}

Result<File> File::open(const std::filesystem::path& path, int flags, mode_t mode) {
    const int file = sys::open(path.c_str(), flags, mode);
    if (file < 0)
        return systemFailure((flags & O_ACCMODE) == O_RDONLY ? "read" : "write", path, errno);
    return File(path, file);
}

Result<File> File::openRegular(const std::filesystem::path& path) {
    struct stat status {};
    // Before it is opened too: opening a device may already do something.
    if (sys::stat(path.c_str(), &status) != 0) return systemFailure("read", path, errno);
    if (!S_ISREG(status.st_mode)) return otherKind(path, status.st_mode);
    auto file = open(path, O_RDONLY | O_NONBLOCK);
    if (!file) return file;
    if (sys::fstat(file->descriptor_, &status) != 0) return systemFailure("read", path, errno);
    if (!S_ISREG(status.st_mode)) return otherKind(path, status.st_mode);
    file->sizeWhenOpened_ = static_cast<std::uint64_t>(status.st_size);
    file->writtenWhenOpened_ = writtenNs(status);
    return file;
}

Result<File> File::openFolder(const std::filesystem::path& path) {
    return open(path, O_RDONLY | O_DIRECTORY);
}

Result<File> File::openUnnamed(const std::filesystem::path& folder, const std::string& name) {
    const int file = sys::openUnnamed((folder / (name + "-XXXXXX")).string());
    if (file < 0) return systemFailure("make a file in", folder, errno);
    return File(folder, file);
}

File& File::operator=(File&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(descriptor_, other.descriptor_);
    std::swap(sizeWhenOpened_, other.sizeWhenOpened_);
    std::swap(writtenWhenOpened_, other.writtenWhenOpened_);
    return *this;
}

File::~File() {
    if (isOpen()) sys::close(descriptor_);
}

tl::unexpected<Error> File::cannot(const char* doing) const {
    return systemFailure(doing, path_, errno);
}

Result<std::size_t> File::readAt(std::uint64_t offset, std::span<std::byte> out) const {
    std::size_t done = 0;
    while (done < out.size()) {
        const ssize_t got = sys::pread(descriptor_, out.data() + done, out.size() - done,
                                       static_cast<off_t>(offset + done));
        if (got < 0) return cannot("read");
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

Result<void> File::write(std::span<const std::byte> bytes) {
    const int error = writeAll(bytes, [&](std::span<const std::byte> rest, std::size_t) {
        return sys::write(descriptor_, rest.data(), rest.size());
    });
    return error == 0 ? Result<void>() : systemFailure("write", path_, error);
}

Result<void> File::writeAt(std::uint64_t offset, std::span<const std::byte> bytes) {
    const int error = writeAll(bytes, [&](std::span<const std::byte> rest, std::size_t done) {
        return sys::pwrite(descriptor_, rest.data(), rest.size(),
                           static_cast<off_t>(offset + done));
    });
    return error == 0 ? Result<void>() : systemFailure("write", path_, error);
}

Result<void> File::sync() const {
    return sys::fsync(descriptor_) == 0 ? Result<void>() : cannot("write");
}

Result<void> File::syncData() const {
    return sys::fdatasync(descriptor_) == 0 ? Result<void>() : cannot("write");
}

Result<void> File::truncate(std::uint64_t sizeBytes) {
    return sys::ftruncate(descriptor_, static_cast<off_t>(sizeBytes)) == 0 ? Result<void>()
                                                                           : cannot("write");
}

bool File::punchHole(std::uint64_t offset, std::uint64_t sizeBytes) {
    return sys::punchHole(descriptor_, static_cast<off_t>(offset), static_cast<off_t>(sizeBytes)) ==
           0;
}

Result<std::uint64_t> File::sizeBytes() const {
    struct stat status {};
    if (sys::fstat(descriptor_, &status) != 0) return cannot("read");
    return static_cast<std::uint64_t>(status.st_size);
}

bool File::wasWritten() const {
    struct stat status {};
    return sys::fstat(descriptor_, &status) == 0 && writtenNs(status) != writtenWhenOpened_;
}

void File::setPermissions(mode_t mode) {
    static_cast<void>(sys::fchmod(descriptor_, mode));
}

Result<bool> File::tryLock() {
    if (sys::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return true;
    if (errno == EWOULDBLOCK) return false;
    return cannot("lock");
}

Result<void> File::close() {
    return sys::close(std::exchange(descriptor_, -1)) == 0 ? Result<void>() : cannot("write");
}

}  // namespace dsm
