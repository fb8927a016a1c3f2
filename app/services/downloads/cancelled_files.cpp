#include "app/services/downloads/cancelled_files.h"

#include <QDirIterator>
#include <QFileInfo>
#include <QSet>

#include "app/services/program/private_file.h"
#include "kernels/base/folder.h"

namespace dsm {
namespace {

void removeParts(const HubCache& cache, const QString& folder) {
    QDirIterator parts(folder + QStringLiteral("/blobs"),
                       {QStringLiteral("*.deepseekmoe.incomplete*")}, QDir::Files);
    while (parts.hasNext()) {
        const QString part = parts.next();
        const QString blob = QFileInfo(part).fileName().section(u'.', 0, 0);
        const QString lock = cache.root() + QStringLiteral("/.locks/") +
                             QFileInfo(folder).fileName() + u'/' + blob + QStringLiteral(".lock");
        if (const auto held = FileLock::take(lock)) removeFile(part);
    }
}

void removeLinksTo(const QStringList& blobs, const QString& snapshots) {
    const QSet<QString> targets(blobs.begin(), blobs.end());
    QDirIterator links(snapshots, QDir::Files | QDir::System, QDirIterator::Subdirectories);
    while (links.hasNext()) {
        const QFileInfo link(links.next());
        if (link.isSymLink() && targets.contains(link.symLinkTarget())) removeFile(link.filePath());
    }
}

void removeEmptyFolders(const QString& folder) {
    QDirIterator folders(folder, QDir::Dirs | QDir::NoDotAndDotDot, QDirIterator::Subdirectories);
    QStringList deepestFirst;
    while (folders.hasNext())
        deepestFirst.prepend(folders.next());
    for (const QString& empty : deepestFirst + QStringList{folder})
        static_cast<void>(removeEmptyFolder(toPath(empty)));
}

}  // namespace

void removeCancelledFiles(const HubCache& cache, const QString& repository,
                          const QStringList& written) {
    const QString folder = cache.repositoryFolder(repository);
    removeParts(cache, folder);
    removeLinksTo(written, folder + QStringLiteral("/snapshots"));
    for (const QString& blob : written)
        removeFile(blob);
    removeEmptyFolders(folder);
}

}  // namespace dsm
