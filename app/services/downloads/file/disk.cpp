#include "app/services/downloads/file/disk.h"

#include <fcntl.h>

#include <QFileInfo>
#include <cerrno>
#include <span>

#include "app/services/program/disk_space.h"
#include "app/services/program/private_file.h"
#include "app/services/program/readable_bytes.h"
#include "app/services/program/reason_words.h"
#include "app/services/program/said.h"
#include "kernels/base/atomic_file.h"
#include "kernels/base/folder.h"

namespace dsm {
namespace {

QString folderOf(const QString& path) {
    return QFileInfo(path).path();
}

}  // namespace

DownloadError diskError(const QString& path, int error) {
    const QString reason = presentSystemReason(error);
    if (error == ENOSPC || error == EDQUOT || error == EFBIG) {
        return {
            DownloadFault::DiskFull,
            said(
                [] {
                    return DownloadText::tr(
                        "The disk is full (%1 left in %2). Free some space and resume: "
                        "what was downloaded is kept.");
                },
                {readableBytes(std::max<qint64>(0, freeBytesOf(folderOf(path)))), folderOf(path)})};
    }
    if (error == EROFS || error == EACCES || error == EPERM) {
        return {DownloadFault::Disk,
                said(
                    [] {
                        return DownloadText::tr(
                            "The folder %1 cannot be written (%2). Choose another folder or "
                            "change its permissions, then resume.");
                    },
                    {folderOf(path), reason})};
    }
    return {DownloadFault::Disk,
            said(
                [] {
                    return DownloadText::tr(
                        "The disk refused %1 (%2). Check the disk or choose another folder, "
                        "then resume.");
                },
                {path, reason})};
}

DownloadResult<File> openFile(const QString& path, int flags) {
    return diskResult(path, File::open(toPath(path), flags, 0644));
}

DownloadResult<void> writeAt(File& file, const QString& path, QByteArrayView bytes, qint64 offset) {
    return diskResult(
        path, file.writeAt(static_cast<std::uint64_t>(offset), std::as_bytes(std::span(bytes))));
}

DownloadResult<qint64> readAt(const File& file, const QString& path, char* to, qint64 most,
                              qint64 offset) {
    const std::span room(to, static_cast<std::size_t>(most));
    const auto got = file.readAt(static_cast<std::uint64_t>(offset), std::as_writable_bytes(room));
    if (!got) return tl::unexpected(diskError(path, got.error().systemReason));
    return static_cast<qint64>(*got);
}

DownloadResult<bool> isOnDisk(const QString& path) {
    const auto kind = kindOf(toPath(path));
    if (!kind) return tl::unexpected(diskError(path, kind.error().systemReason));
    return *kind != PathKind::Missing;
}

DownloadResult<void> renameFile(const QString& from, const QString& to) {
    return diskResult(to, renamePath(toPath(from), toPath(to)));
}

void removeFile(const QString& path) {
    if (const auto removed = removePath(toPath(path)); !removed)
        qWarning("%s", removed.error().message.c_str());
}

DownloadResult<void> makeFolder(const QString& folder) {
    const auto made = makeFolders(toPath(folder));
    if (made) return {};
    return tl::unexpected(diskError(folder + QStringLiteral("/."), made.error().systemReason));
}

void flushFolderOf(const QString& path) {
    if (const auto flushed = syncFolder(toPath(folderOf(path))); !flushed)
        qWarning("%s", flushed.error().message.c_str());
}

DownloadResult<void> replaceFile(const QString& path, const QByteArray& bytes) {
    constexpr AtomicFileOptions kOptions{.permissions = 0644, .followsLinks = false};
    return diskResult(path, writeFile(toPath(path), std::as_bytes(std::span(bytes)), kOptions));
}

DownloadResult<FileLock> FileLock::take(const QString& path) {
    if (const auto folder = makeFolder(folderOf(path)); !folder)
        return tl::unexpected(folder.error());
    auto file = openFile(path, O_RDWR | O_CREAT);
    if (!file) return tl::unexpected(file.error());
    const auto isOurs = file->tryLock();
    if (isOurs && !*isOurs) {
        return downloadFailure(
            DownloadFault::Locked, said([] {
                return DownloadText::tr(
                    "Another program is downloading this model into the same folder. "
                    "Wait until it is done or close it, then resume.");
            }));
    }
    // A file system without locks: the part's own name still keeps other clients away.
    const int reason = isOurs ? 0 : isOurs.error().systemReason;
    if (isOurs || reason == ENOLCK || reason == EOPNOTSUPP || reason == EINVAL)
        return FileLock(std::move(*file));
    return tl::unexpected(diskError(path, reason));
}

}  // namespace dsm
