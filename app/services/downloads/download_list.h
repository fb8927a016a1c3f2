// DownloadList: what the program remembers of its downloads, in one small file.
//
//   downloads.json   {"version": 1, "nextId", "options", "downloads": [...],
//                     "verified": {path: [size, modified ms]}, "own": [path, ...],
//                     "tokenHosts": [...], "licences": [...]}
//
// It is replaced as a whole. What is lost with it is convenience: the bytes and their records lie
// in the cache, and a download that is started again finds them.
//
// Threads  Plain values; load() and save() touch the disk.
// Errors   A file that cannot be read is an empty list; save() as disk.h.
#pragma once

#include <QList>
#include <QSet>
#include <QString>
#include <QStringList>

#include "app/services/downloads/download_types.h"
#include "app/services/downloads/file/disk.h"
#include "app/services/downloads/model_download.h"

namespace dsm {

struct DownloadEntry {
    DownloadInfo info = {};
    QStringList written = {};  // blobs this download put into the cache
};

// It waits or runs: neither held up nor at its end.
inline bool isWanted(DownloadState state) {
    return state == DownloadState::Waiting || state == DownloadState::Preparing ||
           state == DownloadState::Verifying || state == DownloadState::Downloading;
}

struct DownloadList {
    qint64 nextId = 1;
    DownloadOptions options = {};
    QList<DownloadEntry> entries = {};
    VerifiedFiles verified = {};
    QSet<QString> own = {};       // files that the program put into caches, by real path
    QStringList tokenHosts = {};  // to whom the keyring has tokens
    QStringList licences = {};    // accepted

    static DownloadList load(const QString& file);
    DownloadResult<void> save(const QString& file) const;

    DownloadEntry* find(qint64 id);
};

DownloadOptions clamped(DownloadOptions options);

}  // namespace dsm
