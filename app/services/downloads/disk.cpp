#include "app/services/downloads/disk.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStorageInfo>
#include <cerrno>
#include <cstdio>

namespace dsm {
namespace {

QString folderOf(const QString& path) {
    return QFileInfo(path).path();
}

}  // namespace

DiskCalls DiskCalls::real() {
    return {&::pwrite, &::fdatasync, [](const QString& folder) -> qint64 {
                const QStorageInfo storage(folder);
                return storage.isValid() ? storage.bytesAvailable() : -1;
            }};
}

void FileHandle::close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

DownloadError diskError(const QString& path, int error) {
    const QString reason = qt_error_string(error);
    if (error == ENOSPC || error == EDQUOT || error == EFBIG) {
        return {DownloadFault::DiskFull,
                DownloadText::tr("The disk is full (%1 left in %2). Free some space and resume: "
                                 "what was downloaded is kept.")
                    .arg(readableBytes(
                             std::max<qint64>(0, QStorageInfo(folderOf(path)).bytesAvailable())),
                         folderOf(path))};
    }
    if (error == EROFS || error == EACCES || error == EPERM) {
        return {DownloadFault::Disk,
                DownloadText::tr("The folder %1 cannot be written (%2). Choose another folder or "
                                 "change its permissions, then resume.")
                    .arg(folderOf(path), reason)};
    }
    return {DownloadFault::Disk,
            DownloadText::tr("The disk refused %1 (%2). Check the disk or choose another folder, "
                             "then resume.")
                .arg(path, reason)};
}

std::optional<QByteArray> beginningOf(const QString& path, qint64 mostBytes) {
    QFile file(path);
    if (!QFileInfo(path).isFile() || !file.open(QIODevice::ReadOnly)) return std::nullopt;
    return file.read(mostBytes);
}

DownloadResult<FileHandle> openFile(const QString& path, int flags) {
    const int fd = ::open(QFile::encodeName(path).constData(), flags | O_CLOEXEC, 0644);
    if (fd < 0) return tl::unexpected(diskError(path, errno));
    return FileHandle(fd);
}

DownloadResult<void> writeAt(const DiskCalls& calls, int fd, const QString& path,
                             QByteArrayView bytes, qint64 offset) {
    while (!bytes.isEmpty()) {
        const ssize_t written =
            calls.write(fd, bytes.data(), static_cast<size_t>(bytes.size()), offset);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return tl::unexpected(diskError(path, errno));
        if (written == 0) return tl::unexpected(diskError(path, ENOSPC));
        bytes = bytes.sliced(written);
        offset += written;
    }
    return {};
}

DownloadResult<qint64> readAt(int fd, const QString& path, char* to, qint64 most, qint64 offset) {
    qint64 total = 0;
    while (total < most) {
        const ssize_t got =
            ::pread(fd, to + total, static_cast<size_t>(most - total), offset + total);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return tl::unexpected(diskError(path, errno));
        if (got == 0) break;
        total += got;
    }
    return total;
}

DownloadResult<void> makeFolder(const QString& folder) {
    errno = 0;
    if (QDir().mkpath(folder)) return {};
    const int error = errno != 0 ? errno : EIO;
    return tl::unexpected(diskError(folder + QStringLiteral("/."), error));
}

void flushFolderOf(const QString& path) {
    const auto folder = openFile(folderOf(path), O_RDONLY | O_DIRECTORY);
    if (folder) ::fsync(folder->get());
}

DownloadResult<void> replaceFile(const QString& path, const QByteArray& bytes) {
    const QString temporary = path + QStringLiteral(".%1.new").arg(::getpid());
    auto file = openFile(temporary, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file) return tl::unexpected(file.error());
    auto done = writeAt(DiskCalls::real(), file->get(), temporary, bytes, 0);
    if (done && ::fsync(file->get()) != 0) done = tl::unexpected(diskError(path, errno));
    file->close();
    if (done && std::rename(QFile::encodeName(temporary).constData(),
                            QFile::encodeName(path).constData()) != 0) {
        done = tl::unexpected(diskError(path, errno));
    }
    if (!done) {
        QFile::remove(temporary);
        return done;
    }
    flushFolderOf(path);
    return {};
}

DownloadResult<FileLock> FileLock::take(const QString& path) {
    if (const auto folder = makeFolder(folderOf(path)); !folder)
        return tl::unexpected(folder.error());
    auto handle = openFile(path, O_RDWR | O_CREAT);
    if (!handle) return tl::unexpected(handle.error());
    int locked = -1;
    do {
        locked = ::flock(handle->get(), LOCK_EX | LOCK_NB);
    } while (locked != 0 && errno == EINTR);
    if (locked == 0) return FileLock(std::move(*handle));
    if (errno == EWOULDBLOCK) {
        return downloadFailure(
            DownloadFault::Locked,
            DownloadText::tr("Another program is downloading this model into the same folder. "
                             "Wait until it is done or close it, then resume."));
    }
    // A file system without locks: the part's own name still keeps other clients away.
    if (errno == ENOLCK || errno == EOPNOTSUPP || errno == EINVAL)
        return FileLock(std::move(*handle));
    return tl::unexpected(diskError(path, errno));
}

}  // namespace dsm
