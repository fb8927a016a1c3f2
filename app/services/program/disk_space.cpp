#include "app/services/program/disk_space.h"

#include <QFileInfo>
#include <QStorageInfo>

#include "app/services/program/private_file.h"
#include "kernels/base/folder.h"

namespace dsm {
namespace {

// The folder, or of those above it the nearest that there is.
QString existingPart(const QString& folder) {
    QString there = folder;
    while (!QFileInfo::exists(there) && there.contains(u'/') && there.size() > 1)
        there = QFileInfo(there).path();
    return there;
}

}  // namespace

qint64 freeBytesOf(const QString& folder) {
    const auto bytes = freeBytesIn(toPath(existingPart(folder)));
    return bytes ? static_cast<qint64>(*bytes) : -1;
}

bool canBeWritten(const QString& folder) {
    const QFileInfo there(existingPart(folder));
    return there.isDir() && there.isWritable();
}

DiskSpace measureSpace(const QString& downloadsFolder, const QString& modelsFolder) {
    const QStorageInfo downloads(existingPart(downloadsFolder));
    const QStorageInfo models(existingPart(modelsFolder));
    return {freeBytesOf(downloadsFolder), freeBytesOf(modelsFolder),
            downloads.device() == models.device()};
}

}  // namespace dsm
