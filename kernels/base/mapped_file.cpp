#include "kernels/base/mapped_file.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

#include "kernels/base/regular_file.h"

namespace dsm {
namespace {

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
    const Result<RegularFile> file = openRegularFile(path);
    if (!file) return tl::unexpected(file.error());
    const auto size = static_cast<std::size_t>(file->sizeBytes);
    if (size == 0) {  // an empty file cannot be mapped, and needs not be
        ::close(file->descriptor);
        return MappedFile();
    }
    void* data = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file->descriptor, 0);
    if (data == MAP_FAILED) {
        const int error = errno;
        ::close(file->descriptor);
        return failure(ErrorCode::Io, "Cannot read " + path.string() + ": " +
                                          std::generic_category().message(error) + ".");
    }
    return MappedFile(static_cast<const std::byte*>(data), size, file->descriptor);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      file_(std::exchange(other.file_, -1)),
      guard_(std::move(other.guard_)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(file_, other.file_);
    std::swap(guard_, other.guard_);
    return *this;
}

MappedFile::~MappedFile() {
    guard_ = MappingGuard();  // before the addresses may become those of something else
    if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
    if (file_ >= 0) ::close(file_);
}

bool MappedFile::isCut() const {
    if (guard_.hasTripped()) return true;
    struct stat status {};
    return file_ >= 0 && ::fstat(file_, &status) == 0 &&
           static_cast<std::size_t>(status.st_size) < size_;
}

Error fileWasCut(const std::filesystem::path& path) {
    return {ErrorCode::Io, path.string() +
                               " became shorter while it was in use. Restore the file, for "
                               "instance by downloading it again, and load the model anew."};
}

void wantPages(std::span<const std::byte> bytes) {
    advise(bytes, MADV_WILLNEED);
}

void dropPages(std::span<const std::byte> bytes) {
    advise(bytes, MADV_DONTNEED);
}

}  // namespace dsm
