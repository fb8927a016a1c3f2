// The few calls to the disk that a download makes: opened files, locks, folders, and what their
// failures mean to people.
//
// Threads  Any; an object at a time.
// Errors   DiskFull with the space that is left, Disk with the folder and the system's reason,
//          Locked. Each names the file.
#pragma once

#include <QByteArrayView>
#include <QString>
#include <type_traits>
#include <utility>

#include "app/services/downloads/file/download_error.h"
#include "kernels/base/file.h"

namespace dsm {

// `error` is an errno.
DownloadError diskError(const QString& path, int error);
// The same of what kernels/base says.
template <class T>
DownloadResult<T> diskResult(const QString& path, Result<T> result) {
    if (!result) return tl::unexpected(diskError(path, result.error().systemReason));
    if constexpr (std::is_void_v<T>) {
        return {};
    } else {
        return std::move(*result);
    }
}

DownloadResult<File> openFile(const QString& path, int flags);
DownloadResult<void> writeAt(File& file, const QString& path, QByteArrayView bytes, qint64 offset);
// Reads up to `most` bytes into `to`; fewer only at the end of the file.
DownloadResult<qint64> readAt(const File& file, const QString& path, char* to, qint64 most,
                              qint64 offset);
// Whether it is there; a link to nothing is not.
DownloadResult<bool> isOnDisk(const QString& path);
DownloadResult<void> renameFile(const QString& from, const QString& to);
// What is not there is gone already; what cannot be removed is logged.
void removeFile(const QString& path);
DownloadResult<void> makeFolder(const QString& folder);
// Makes a name that was just given or taken lasting. A file system that cannot is not an error.
void flushFolderOf(const QString& path);
// Replaces a small file as a whole, durably.
DownloadResult<void> replaceFile(const QString& path, const QByteArray& bytes);

// Held while it lives; the kernel lets go when the process ends, however it ends. The same lock
// the Hub's own client takes.
class FileLock {
  public:
    static DownloadResult<FileLock> take(const QString& path);

  private:
    explicit FileLock(File file) : file_(std::move(file)) {}
    File file_;
};

}  // namespace dsm
