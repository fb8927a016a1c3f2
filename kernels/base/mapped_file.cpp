#include "kernels/base/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

namespace dsm {
namespace {

tl::unexpected<Error> systemFailure(const std::filesystem::path& path, int error) {
    const ErrorCode code = error == ENOENT ? ErrorCode::NotFound : ErrorCode::Io;
    return failure(
        code, "Cannot read " + path.string() + ": " + std::generic_category().message(error) + ".");
}

void advise(std::span<const std::byte> bytes, int advice) {
    if (bytes.empty()) return;
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto begin = reinterpret_cast<std::uintptr_t>(bytes.data());
    const std::uintptr_t first = begin / page * page;
    // It is only advice: what the system cannot do costs nothing but time.
    ::madvise(reinterpret_cast<void*>(first), begin + bytes.size() - first, advice);
}

}  // namespace

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return systemFailure(path, errno);
    struct stat status {};
    if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
        const int error = errno;
        ::close(file);
        if (S_ISDIR(status.st_mode)) return systemFailure(path, EISDIR);
        return systemFailure(path, error != 0 ? error : EINVAL);
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size == 0) {  // an empty file cannot be mapped, and needs not be
        ::close(file);
        return MappedFile();
    }
    void* data = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
    const int error = errno;
    ::close(file);
    if (data == MAP_FAILED) return systemFailure(path, error);
    return MappedFile(static_cast<const std::byte*>(data), size);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
}

MappedFile::~MappedFile() {
    if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

void wantPages(std::span<const std::byte> bytes) {
    advise(bytes, MADV_WILLNEED);
}

void dropPages(std::span<const std::byte> bytes) {
    advise(bytes, MADV_DONTNEED);
}

}  // namespace dsm
