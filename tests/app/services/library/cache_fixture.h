// A cache of the Hub's layout with the tiny checkpoint in it, as another program would leave it.
#pragma once

#include <QDir>
#include <QFile>
#include <QString>
#include <QStringList>

#include "app/services/downloads/file/content_hash.h"
#include "app/services/downloads/file/disk.h"
#include "app/services/downloads/hub_cache.h"

namespace dsm::test {

inline const QString kTinyFolder = QStringLiteral(DSM_SOURCE_DIR "/tests/golden/tiny");

inline QByteArray bytesOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline void copyFolder(const QString& from, const QString& to) {
    QDir().mkpath(to);
    for (const QString& name : QDir(from).entryList(QDir::Files))
        QFile::copy(from + u'/' + name, to + u'/' + name);
}

class CacheFixture {
  public:
    explicit CacheFixture(const QString& root) : cache_(root) {}

    const HubCache& cache() const { return cache_; }

    // Puts these bytes into a snapshot. Returns the blob.
    QString put(const QString& repository, const QString& commit, const QString& path,
                const QByteArray& bytes) const {
        ContentHasher hasher(HashKind::Sha256, bytes.size());
        hasher.add(bytes);
        const RepoFile file{path, bytes.size(), hasher.finish()};
        const QString blob = cache_.blobPath(repository, file);
        const bool isDone = cache_.makeFolders(repository) && replaceFile(blob, bytes) &&
                            cache_.link(repository, commit, file);
        return isDone ? blob : QString();
    }

    // The tiny checkpoint, without some of its files. Returns the snapshot's folder.
    QString putTiny(const QString& repository, const QString& commit,
                    const QStringList& without = {}) const {
        for (const QString& name : QDir(kTinyFolder).entryList(QDir::Files)) {
            if (!without.contains(name))
                put(repository, commit, name, bytesOf(kTinyFolder + u'/' + name));
        }
        if (without.isEmpty()) {
            const auto ref = cache_.setRevision(repository, QStringLiteral("main"), commit);
            if (!ref) return {};
        }
        return cache_.snapshotFolder(repository, commit);
    }

  private:
    HubCache cache_;
};

}  // namespace dsm::test
