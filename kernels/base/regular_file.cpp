#include "kernels/base/regular_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace dsm {
namespace {

tl::unexpected<Error> systemFailure(const std::filesystem::path& path, int error) {
    const ErrorCode code = error == ENOENT ? ErrorCode::NotFound : ErrorCode::Io;
    return failure(
        code, "Cannot read " + path.string() + ": " + std::generic_category().message(error) + ".");
}

const char* kindOf(mode_t mode) {
    if (S_ISDIR(mode)) return "a folder";
    if (S_ISFIFO(mode)) return "a named pipe";
    if (S_ISSOCK(mode)) return "a socket";
    if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
    return "of another kind";
}

tl::unexpected<Error> otherKind(const std::filesystem::path& path, mode_t mode) {
    return failure(ErrorCode::Io, "Cannot read " + path.string() + ": it is " + kindOf(mode) +
                                      ", where a file is expected.");
}

}  // namespace

Result<RegularFile> openRegularFile(const std::filesystem::path& path) {
    struct stat status {};
    // Before it is opened too: opening a device may already do something.
    if (::stat(path.c_str(), &status) != 0) return systemFailure(path, errno);
    if (!S_ISREG(status.st_mode)) return otherKind(path, status.st_mode);
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return systemFailure(path, errno);
    if (::fstat(file, &status) != 0) {
        const int error = errno;
        ::close(file);
        return systemFailure(path, error);
    }
    if (!S_ISREG(status.st_mode)) {
        ::close(file);
        return otherKind(path, status.st_mode);
    }
    return RegularFile{file, static_cast<std::uint64_t>(status.st_size)};
}

}  // namespace dsm
