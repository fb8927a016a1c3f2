#include "app/services/program/disk_space.h"

#include <QFileInfo>
#include <QStorageInfo>

namespace dsm {
namespace {

// The folder, or of those above it the nearest that there is.
QString existingPart(const QString& folder) {
    QString there = folder;
    while (!QFileInfo::exists(there) && there.contains(u'/') && there.size() > 1)
        there = QFileInfo(there).path();
    return there;
}

QStorageInfo storageOf(const QString& folder) {
    return QStorageInfo(existingPart(folder));
}

qint64 freeBytes(const QStorageInfo& storage) {
    return storage.isValid() ? storage.bytesAvailable() : -1;
}

}  // namespace

qint64 freeBytesOf(const QString& folder) {
    return freeBytes(storageOf(folder));
}

bool canBeWritten(const QString& folder) {
    const QFileInfo there(existingPart(folder));
    return there.isDir() && there.isWritable();
}

DiskSpace measureSpace(const QString& downloadsFolder, const QString& modelsFolder) {
    const QStorageInfo downloads = storageOf(downloadsFolder);
    const QStorageInfo models = storageOf(modelsFolder);
    return {freeBytes(downloads), freeBytes(models), downloads.device() == models.device()};
}

}  // namespace dsm
