// System calls: every call to the operating system that can fail where files are kept.
//
// Each is the POSIX function of its name: it returns -1 (nullptr, MAP_FAILED) and sets errno. All
// but close() are repeated when a signal interrupts them; close() is not, since the descriptor is
// gone then, and says it went well. Descriptors are opened with O_CLOEXEC. A test fails the n-th of
// them: system_faults.h.
//
// These are for what owns descriptors and names: File (file.h), folders (folder.h), AtomicFile
// (atomic_file.h), MappedFile; the rest of the program uses those. Not here: memory without a file,
// /proc, and what a signal's handler does.
//
// Threads  Any.
#pragma once

#include <dirent.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/types.h>

#include <cstddef>
#include <string>

namespace dsm::sys {

int open(const char* path, int flags, mode_t mode = 0666);
int duplicate(int file);
int openUnnamed(std::string pattern);  // ends with XXXXXX; the name is gone at once
int close(int file);

ssize_t read(int file, void* to, std::size_t size);
ssize_t pread(int file, void* to, std::size_t size, off_t offset);
ssize_t write(int file, const void* from, std::size_t size);
ssize_t pwrite(int file, const void* from, std::size_t size, off_t offset);

int fsync(int file);
int fdatasync(int file);
int ftruncate(int file, off_t size);
int punchHole(int file, off_t offset, off_t size);
int fstat(int file, struct stat* status);
int fchmod(int file, mode_t mode);
int flock(int file, int operation);
void* mapToRead(int file, std::size_t size);

int stat(const char* path, struct stat* status);
int lstat(const char* path, struct stat* status);
int statvfs(const char* path, struct statvfs* status);
int rename(const char* from, const char* to);
int exchange(const char* a, const char* b);  // both names at once; not every file system can
int unlink(const char* path);
int mkdir(const char* path, mode_t mode);
int rmdir(const char* path);
int symlink(const char* target, const char* path);
ssize_t readlink(const char* path, char* to, std::size_t size);
DIR* opendir(const char* path);
dirent* readdir(DIR* folder);  // nullptr with errno 0: the end

}  // namespace dsm::sys
