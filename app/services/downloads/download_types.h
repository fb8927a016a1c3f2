// What the windows know of downloads.
//
// Threads  Plain values.
#pragma once

#include <QList>
#include <QMetaType>
#include <QString>

#include "app/services/downloads/source/proxy_choice.h"
#include "app/services/downloads/source/source.h"

namespace dsm {

enum class DownloadState {
    Waiting,      // for its turn
    Preparing,    // asks the source what there is
    Verifying,    // reads what is there and hashes it
    Downloading,  //
    Paused,
    Finished,
    Failed,
};

struct DownloadRequest {
    Source source = {};
    QString repository = {};  // "org/name"
    QString revision = {};    // "": the source's newest
    // The cache of the Hub's layout that it goes to, where part of it lies already; "": the
    // options' folder.
    QString cache = {};
};

struct DownloadInfo {
    qint64 id = 0;
    DownloadRequest request = {};
    DownloadState state = DownloadState::Waiting;
    qint64 bytesDone = 0;
    qint64 bytesTotal = 0;  // 0: not known yet
    qint64 filesDone = 0;
    qint64 filesTotal = 0;
    double bytesPerSecond = 0;
    qint64 secondsLeft = -1;     // -1: not known
    qint64 filesUnverified = 0;  // without any hash from the source: only their sizes were checked
    QString folder = {};         // of the snapshot, once Finished
    QString error = {};          // of Failed: what happened and what to do
    bool triesAgain = false;     // of Failed: by itself, in a while
};

struct DownloadOptions {
    QString folder = {};        // of the cache; "": where the Hub's tools keep it
    int connections = 4;        // 1 to 6, over the whole queue
    qint64 bytesPerSecond = 0;  // 0: no limit
    ProxyChoice proxy = {};
    bool resumesAtStart = true;

    bool operator==(const DownloadOptions&) const = default;
};

}  // namespace dsm
