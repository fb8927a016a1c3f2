// IntegrityCheck: reads every file of a snapshot and compares it with the hash its blob is named
// by.
//
// Ownership Borrows the WorkThread, which outlives it.
// Threads  The WorkThread's owner; the reading is on the WorkThread.
// Errors   A file that cannot be read, or is lost, counts as damaged.
#pragma once

#include <QObject>
#include <QStringList>
#include <memory>

#include "app/services/downloads/file/file_hasher.h"
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

// Checks folders one after the other.
class IntegrityChecks : public QObject {
    Q_OBJECT

  public:
    explicit IntegrityChecks(WorkThread& hashing) : hashing_(hashing) {}

    // Not twice while it waits or is under way.
    void add(const QString& folder);
    void clear();

  Q_SIGNALS:
    void progressed(const QString& folder, qint64 bytesDone, qint64 bytesTotal);
    void finished(const dsm::IntegrityCheck& check);

  private:
    void next();

    WorkThread& hashing_;
    QStringList folders_;  // as they were asked for; the first is under way
    std::unique_ptr<IntegrityCheck> check_;
};

}  // namespace dsm
