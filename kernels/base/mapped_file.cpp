#include "kernels/base/mapped_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <utility>

#include "kernels/base/system_calls.h"

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
    Result<File> file = File::openRegular(path);
    if (!file) return tl::unexpected(file.error());
    const auto size = static_cast<std::size_t>(file->sizeWhenOpened());
    if (size == 0) return MappedFile();  // an empty file cannot be mapped, and needs not be
    void* data = sys::mapToRead(file->descriptor(), size);
    if (data == MAP_FAILED) return systemFailure("read", path, errno);
    return MappedFile(static_cast<const std::byte*>(data), size, std::move(*file));
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      file_(std::move(other.file_)),
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
}

bool MappedFile::isChanged() const {
    if (guard_.hasTripped()) return true;
    if (!file_.isOpen()) return false;
    const auto now = file_.sizeBytes();
    return now && (*now < size_ || file_.wasWritten());
}

Error fileWasChanged(const std::filesystem::path& path) {
    return {ErrorCode::Io, path.string() +
                               " was changed while it was in use. Restore the file, for "
                               "instance by downloading it again, and load the model anew."};
}

void wantPages(std::span<const std::byte> bytes) {
    advise(bytes, MADV_WILLNEED);
}

void dropPages(std::span<const std::byte> bytes) {
    advise(bytes, MADV_DONTNEED);
}

}  // namespace dsm
