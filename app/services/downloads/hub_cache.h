// HubCache: models on the disk as the Hub's own tools keep them, so that each finds the other's.
//
//   <root>/models--<org>--<name>/refs/<revision>          the commit, 40 hex digits
//                                blobs/<hash>             the bytes, named by sha256 or git sha1
//                                snapshots/<commit>/<path> -> ../../blobs/<hash>
//   <root>/.locks/models--<org>--<name>/<hash>.lock       held while a blob is written
//
// Links are relative. Where the file system has none, the bytes lie in the snapshot itself, as
// with the Hub's client. A ref is written when its snapshot is complete: nobody takes a half for
// the whole.
//
// Threads  Any; the calls touch the disk but read no contents.
// Errors   As disk.h. Paths are checked (whyUnsafePath) before they reach this class (CHECK).
#pragma once

#include <QList>
#include <QString>
#include <optional>

#include "app/services/downloads/file/disk.h"
#include "app/services/downloads/file/ranged_file.h"
#include "app/services/downloads/source/repository.h"

namespace dsm {

// One file of a snapshot that is on the disk.
struct CachedFile {
    QString path = {};      // within the snapshot
    QString realPath = {};  // where the bytes are
    qint64 sizeBytes = 0;
    std::optional<ContentHash> hash = {};  // what its blob's name promises
};

struct CachedSnapshot {
    QString root = {};
    QString repository = {};
    QString commit = {};
    QStringList revisions = {};  // the refs that point here
    QString folder = {};
    QList<CachedFile> files = {};  // whose bytes exist
    QStringList lost = {};         // paths whose bytes were taken away, or have not come yet
};

class HubCache {
  public:
    // "" is defaultRoot().
    explicit HubCache(const QString& root = {});

    // The folder that a variable names, with ~ and $VARIABLES in it as the Hub's own tools take
    // them;
    // "" where it is not set.
    static QString folderOfEnvironment(const char* variable);
    // HF_HUB_CACHE > HF_HOME/hub > XDG_CACHE_HOME/huggingface/hub > ~/.cache/huggingface/hub
    static QString defaultRoot();

    QString root() const { return root_; }
    QString repositoryFolder(const QString& repository) const;
    QString snapshotFolder(const QString& repository, const QString& commit) const;
    QString blobPath(const QString& repository, const RepoFile& file) const;
    // Within a repository: the bytes of both are stored once.
    static bool isSameBlob(const RepoFile& a, const RepoFile& b);
    RangedFile::Place partPlace(const QString& repository, const RepoFile& file) const;

    DownloadResult<void> makeFolders(const QString& repository) const;

    // The file of the snapshot's bytes, when they are there with the right size: the blob, or a
    // real file in the snapshot. "" when not. The bytes are not read.
    QString find(const QString& repository, const QString& commit, const RepoFile& file) const;

    // Makes the snapshot's entry for a blob that is there; lasting after flushLinks(), which waits
    // for the disk once for each folder and not for each of very many files.
    DownloadResult<void> link(const QString& repository, const QString& commit,
                              const RepoFile& file) const;
    void flushLinks(const QString& repository, const QString& commit,
                    const QList<RepoFile>& files) const;
    DownloadResult<void> setRevision(const QString& repository, const QString& revision,
                                     const QString& commit) const;
    std::optional<QString> commitOf(const QString& repository, const QString& revision) const;

    // All snapshots of all models below the root, by whomever they were put there.
    QList<CachedSnapshot> snapshots() const;
    // The one in this folder, <root>/models--<org>--<name>/snapshots/<commit>. Nothing for a folder
    // that lies otherwise.
    static std::optional<CachedSnapshot> snapshotAt(const QString& folder);

    // For tests of file systems without links.
    void setLinksAllowed(bool allowed) { linksAllowed_ = allowed; }

  private:
    static QString blobName(const RepoFile& file);

    QString root_;
    bool linksAllowed_ = true;
};

}  // namespace dsm
