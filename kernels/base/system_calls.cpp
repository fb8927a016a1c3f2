#include "kernels/base/system_calls.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "kernels/base/system_faults.h"

namespace dsm::sys {
namespace {

// The call, again as long as a signal interrupts it.
template <class Call>
auto made(unsigned traits, const Call& call) -> decltype(call()) {
    for (;;) {
        errno = faultOf(traits);
        const auto result = errno == 0 ? call() : -1;
        if (result != -1 || errno != EINTR) return result;
    }
}

// The same of one that answers with a pointer; nullptr is the failure.
template <class Call>
auto madePointer(unsigned traits, const Call& call) -> decltype(call()) {
    for (;;) {
        errno = faultOf(traits);
        const auto result = errno == 0 ? call() : nullptr;
        if (result != nullptr || errno != EINTR) return result;
    }
}

}  // namespace

int open(const char* path, int flags, mode_t mode) {
    const unsigned traits = kOpens | ((flags & O_CREAT) != 0 ? kTakesRoom : kPlain);
    return made(traits, [&] { return ::open(path, flags | O_CLOEXEC, mode); });
}

int duplicate(int file) {
    return made(kOpens, [&] { return ::fcntl(file, F_DUPFD_CLOEXEC, 0); });
}

int openUnnamed(std::string pattern) {
    const int file =
        made(kOpens | kTakesRoom, [&] { return ::mkostemp(pattern.data(), O_CLOEXEC); });
    if (file >= 0) ::unlink(pattern.c_str());
    return file;
}

int close(int file) {
    const int fault = faultOf(kTakesRoom);
    const int closed = ::close(file);
    if (fault != 0) errno = fault;
    return (closed != 0 || fault != 0) && errno != EINTR ? -1 : 0;
}

ssize_t read(int file, void* to, std::size_t size) {
    return made(kPlain, [&] { return ::read(file, to, shortened(size)); });
}

ssize_t pread(int file, void* to, std::size_t size, off_t offset) {
    return made(kPlain, [&] { return ::pread(file, to, shortened(size), offset); });
}

ssize_t write(int file, const void* from, std::size_t size) {
    return made(kTakesRoom, [&] { return ::write(file, from, shortened(size)); });
}

ssize_t pwrite(int file, const void* from, std::size_t size, off_t offset) {
    return made(kTakesRoom, [&] {
        const SystemStandIns* instead = standIns.load(std::memory_order_acquire);
        return instead != nullptr && instead->pwrite
                   ? instead->pwrite(file, from, shortened(size), offset)
                   : ::pwrite(file, from, shortened(size), offset);
    });
}

int fsync(int file) {
    return made(kTakesRoom, [&] { return ::fsync(file); });
}

int fdatasync(int file) {
    return made(kTakesRoom, [&] {
        const SystemStandIns* instead = standIns.load(std::memory_order_acquire);
        return instead != nullptr && instead->fdatasync ? instead->fdatasync(file)
                                                        : ::fdatasync(file);
    });
}

int ftruncate(int file, off_t size) {
    return made(kTakesRoom, [&] { return ::ftruncate(file, size); });
}

int punchHole(int file, off_t offset, off_t size) {
    return made(kTakesRoom, [&] {
        return ::fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, size);
    });
}

int fstat(int file, struct stat* status) {
    return made(kPlain, [&] { return ::fstat(file, status); });
}

int fchmod(int file, mode_t mode) {
    return made(kPlain, [&] { return ::fchmod(file, mode); });
}

int flock(int file, int operation) {
    return made(kPlain, [&] { return ::flock(file, operation); });
}

void* mapToRead(int file, std::size_t size) {
    for (;;) {
        errno = faultOf(kPlain);
        if (errno == 0) return ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
        if (errno != EINTR) return MAP_FAILED;
    }
}

int stat(const char* path, struct stat* status) {
    return made(kPlain, [&] { return ::stat(path, status); });
}

int lstat(const char* path, struct stat* status) {
    return made(kPlain, [&] { return ::lstat(path, status); });
}

int statvfs(const char* path, struct statvfs* status) {
    return made(kPlain, [&] {
        const SystemStandIns* instead = standIns.load(std::memory_order_acquire);
        if (instead == nullptr || !instead->freeBytes) return ::statvfs(path, status);
        const std::int64_t free = instead->freeBytes(path);
        *status = {};
        status->f_frsize = 1;
        status->f_bavail = static_cast<fsblkcnt_t>(free);
        if (free < 0) errno = ENOSYS;
        return free < 0 ? -1 : 0;
    });
}

int rename(const char* from, const char* to) {
    return made(kTakesRoom, [&] { return ::rename(from, to); });
}

int exchange(const char* a, const char* b) {
    return made(kPlain, [&] { return ::renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE); });
}

int unlink(const char* path) {
    return made(kPlain, [&] { return ::unlink(path); });
}

int mkdir(const char* path, mode_t mode) {
    return made(kTakesRoom, [&] { return ::mkdir(path, mode); });
}

int rmdir(const char* path) {
    return made(kPlain, [&] { return ::rmdir(path); });
}

int symlink(const char* target, const char* path) {
    return made(kTakesRoom, [&] { return ::symlink(target, path); });
}

ssize_t readlink(const char* path, char* to, std::size_t size) {
    return made(kPlain, [&] { return ::readlink(path, to, size); });
}

DIR* opendir(const char* path) {
    return madePointer(kOpens, [&] { return ::opendir(path); });
}

dirent* readdir(DIR* folder) {
    return madePointer(kPlain, [&] { return ::readdir(folder); });
}

}  // namespace dsm::sys
