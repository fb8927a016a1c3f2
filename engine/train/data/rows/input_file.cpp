#include "engine/train/data/rows/input_file.h"

#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "kernels/base/regular_file.h"

namespace dsm {
namespace {

tl::unexpected<Error> systemFailure(const std::string& what, int reason) {
    const ErrorCode code = reason == ENOENT ? ErrorCode::NotFound : ErrorCode::Io;
    return failure(code, what + ": " + std::generic_category().message(reason) + ".");
}

}  // namespace

Result<InputFile> InputFile::open(const std::filesystem::path& path) {
    const Result<RegularFile> file = openRegularFile(path);
    if (!file) return tl::unexpected(file.error());
    return InputFile(path.string(), file->descriptor, file->sizeBytes);
}

InputFile::InputFile(InputFile&& other) noexcept
    : name_(std::move(other.name_)),
      file_(std::exchange(other.file_, -1)),
      sizeBytes_(other.sizeBytes_) {}

InputFile& InputFile::operator=(InputFile&& other) noexcept {
    std::swap(name_, other.name_);
    std::swap(file_, other.file_);
    std::swap(sizeBytes_, other.sizeBytes_);
    return *this;
}

InputFile::~InputFile() {
    if (file_ >= 0) ::close(file_);
}

Result<std::size_t> InputFile::readAt(std::uint64_t offset, std::span<char> out) const {
    std::size_t done = 0;
    while (done < out.size()) {
        const ssize_t got =
            ::pread(file_, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return systemFailure("Cannot read " + name_, errno);
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

}  // namespace dsm
