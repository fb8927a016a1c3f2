#include "app/services/program/disk_space.h"

#include <QFileInfo>
#include <QStorageInfo>

namespace dsm {
namespace {

QStorageInfo storageOf(const QString& folder) {
    QString there = folder;
    while (!QFileInfo::exists(there) && there.contains(u'/') && there.size() > 1)
        there = QFileInfo(there).path();
    return QStorageInfo(there);
}

qint64 freeBytes(const QStorageInfo& storage) {
    return storage.isValid() ? storage.bytesAvailable() : -1;
}

}  // namespace

qint64 freeBytesOf(const QString& folder) {
    return freeBytes(storageOf(folder));
}

DiskSpace measureSpace(const QString& downloadsFolder, const QString& modelsFolder) {
    const QStorageInfo downloads = storageOf(downloadsFolder);
    const QStorageInfo models = storageOf(modelsFolder);
    return {freeBytes(downloads), freeBytes(models), downloads.device() == models.device()};
}

}  // namespace dsm
