// IntegrityCheck: reads every file of a snapshot and compares it with the hash its blob is named
// by.
//
// Threads  The WorkThread's owner; the reading is on the WorkThread.
// Errors   A file that cannot be read, or is lost, counts as damaged.
#pragma once

#include <QObject>
#include <QStringList>
#include <memory>

#include "app/services/downloads/file_hasher.h"
#include "app/services/downloads/hub_cache.h"

namespace dsm {

class IntegrityCheck : public QObject {
    Q_OBJECT

  public:
    IntegrityCheck(const CachedSnapshot& snapshot, WorkThread& hashing);

    void start();
    const CachedSnapshot& snapshot() const { return snapshot_; }
    // Paths within the snapshot. Nothing is known of files without a hash in their name.
    const QStringList& damaged() const { return damaged_; }
    const QStringList& unknown() const { return unknown_; }

  Q_SIGNALS:
    void progressed(qint64 bytesDone, qint64 bytesTotal);
    void finished();

  private:
    void next();
    void take(bool isSound);

    CachedSnapshot snapshot_;
    WorkThread& hashing_;
    std::unique_ptr<FileHasher> hasher_;
    qsizetype index_ = 0;
    qint64 bytesDone_ = 0;
    qint64 bytesTotal_ = 0;
    QStringList damaged_;
    QStringList unknown_;
};

}  // namespace dsm
