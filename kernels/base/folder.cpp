#include "kernels/base/folder.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "kernels/base/file.h"
#include "kernels/base/system_calls.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

constexpr std::size_t kCopyBytes = std::size_t{1} << 20;

bool isMissing(int error) {
    return error == ENOENT || error == ENOTDIR;
}

bool cannotBeFlushed(int error) {
    return error == EACCES || error == EPERM || error == EINVAL || error == EBADF ||
           error == EROFS || error == ENOSYS || error == EOPNOTSUPP;
}

Result<bool> makeOne(const fs::path& folder) {
    if (sys::mkdir(folder.c_str(), 0777) == 0) return true;
    const int error = errno;
    if (error == EEXIST || error == EROFS || error == EACCES) {  // it may be there already
        const auto kind = kindOf(folder);
        if (!kind) return tl::unexpected(kind.error());
        if (*kind == PathKind::Folder) return false;
    }
    return systemFailure("make the folder", folder, error == EEXIST ? ENOTDIR : error);
}

Result<void> copyBytes(const File& from, File& to) {
    std::vector<std::byte> bytes(kCopyBytes);
    for (std::uint64_t at = 0;;) {
        const auto got = from.readAt(at, bytes);
        if (!got) return tl::unexpected(got.error());
        if (auto put = to.writeAt(at, std::span(bytes).first(*got)); !put) return put;
        if (*got < bytes.size()) return to.close();
        at += *got;
    }
}

}  // namespace

Result<PathKind> kindOf(const fs::path& path) {
    struct stat status {};
    if (sys::stat(path.c_str(), &status) != 0) {
        if (isMissing(errno)) return PathKind::Missing;
        return systemFailure("read", path, errno);
    }
    if (S_ISREG(status.st_mode)) return PathKind::File;
    return S_ISDIR(status.st_mode) ? PathKind::Folder : PathKind::Other;
}

Result<bool> makeFolders(const fs::path& folder) {
    auto made = makeOne(folder);
    if (made || made.error().systemReason != ENOENT) return made;
    const fs::path clean = folder.has_filename() ? folder : folder.parent_path();
    if (clean.parent_path().empty() || clean.parent_path() == clean) return made;
    if (auto above = makeFolders(clean.parent_path()); !above) return above;
    return makeOne(clean);
}

Result<std::vector<std::string>> namesIn(const fs::path& folder) {
    const std::unique_ptr<DIR, CloseFolder> open(sys::opendir(folder.c_str()));
    if (!open) return systemFailure("read", folder, errno);
    std::vector<std::string> names;
    while (const dirent* entry = sys::readdir(open.get())) {
        const std::string name = entry->d_name;
        if (name != "." && name != "..") names.push_back(name);
    }
    if (errno != 0) return systemFailure("read", folder, errno);
    std::sort(names.begin(), names.end());
    return names;
}

Result<void> renamePath(const fs::path& from, const fs::path& to) {
    if (sys::rename(from.c_str(), to.c_str()) == 0) return {};
    return systemFailure("write", to, errno);
}

Result<void> exchangePaths(const fs::path& a, const fs::path& b) {
    if (sys::exchange(a.c_str(), b.c_str()) == 0) return {};
    return systemFailure("write", b, errno);
}

Result<void> removePath(const fs::path& path) {
    if (sys::unlink(path.c_str()) == 0 || isMissing(errno)) return {};
    const int error = errno;
    const bool mayBeFolder = error == EISDIR || error == EPERM;
    if (mayBeFolder && sys::rmdir(path.c_str()) == 0) return {};
    if (mayBeFolder && errno != ENOTDIR) return systemFailure("remove", path, errno);
    return systemFailure("remove", path, error);
}

Result<void> removeEmptyFolder(const fs::path& folder) {
    if (sys::rmdir(folder.c_str()) == 0 || isMissing(errno)) return {};
    return systemFailure("remove", folder, errno);
}

Result<void> removeTree(const fs::path& path) {
    struct stat status {};
    if (sys::lstat(path.c_str(), &status) != 0) {
        if (isMissing(errno)) return {};
        return systemFailure("remove", path, errno);
    }
    if (!S_ISDIR(status.st_mode)) return removePath(path);
    const auto names = namesIn(path);
    if (!names) return tl::unexpected(names.error());
    for (const std::string& name : *names) {
        if (auto removed = removeTree(path / name); !removed) return removed;
    }
    return removePath(path);
}

Result<void> copyFile(const fs::path& from, const fs::path& to) {
    const auto source = File::openRegular(from);
    if (!source) return tl::unexpected(source.error());
    auto copy = File::open(to, O_WRONLY | O_CREAT | O_EXCL);
    if (!copy) return tl::unexpected(copy.error());
    auto done = copyBytes(*source, *copy);
    if (!done) static_cast<void>(removePath(to));
    return done;
}

Result<void> makeLink(const fs::path& target, const fs::path& link) {
    if (sys::symlink(target.c_str(), link.c_str()) == 0) return {};
    return systemFailure("write", link, errno);
}

Result<FolderFlush> FolderFlush::prepare(const fs::path& folder) {
    auto open = File::openFolder(folder.empty() ? "." : folder);
    if (!open && !cannotBeFlushed(open.error().systemReason)) return tl::unexpected(open.error());
    return FolderFlush(open ? std::move(*open) : File());
}

Result<void> FolderFlush::flush() const {
    if (!folder_.isOpen()) return {};
    const auto done = folder_.sync();
    return done || cannotBeFlushed(done.error().systemReason) ? Result<void>() : done;
}

Result<void> syncFolder(const fs::path& folder) {
    const auto flush = FolderFlush::prepare(folder);
    return flush ? flush->flush() : tl::unexpected(flush.error());
}

Result<std::uint64_t> freeBytesIn(const fs::path& folder) {
    struct statvfs status {};
    if (sys::statvfs(folder.c_str(), &status) != 0) return systemFailure("read", folder, errno);
    return std::uint64_t{status.f_bavail} * status.f_frsize;
}

}  // namespace dsm
