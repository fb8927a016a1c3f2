// RangedFile: a file that is written in several places at once and survives a kill at any moment.
//
//   <blob>.deepseekmoe.incomplete          the bytes, as long as the whole file, with holes
//   <blob>.deepseekmoe.incomplete.ranges   which of them are on the disk (range_record.h)
//
// A range enters the record after fdatasync has returned for it; written and not yet recorded are
// at most UnrecordedBytes::kMost over all files of a queue, so that a kill costs 8 MB at most.
// After a power failure the record may be up to a second older, never newer, than the bytes. The
// name is the program's own: older clients of the Hub take <blob>.incomplete for a prefix and
// append to it.
//
// Ownership Holds the lock against other programs and both files until it is destroyed.
// Threads   One thread, that of the WorkThread's owner; waiting for the disk happens on the
//           WorkThread.
// Errors    As disk.h. A failed sync loses what it was for: those ranges are missing again.
#pragma once

#include <xxhash.h>

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <functional>
#include <memory>
#include <vector>

#include "app/services/downloads/disk.h"
#include "app/services/downloads/range_record.h"
#include "app/services/downloads/range_set.h"
#include "app/services/downloads/work_thread.h"

namespace dsm {

// What is written and not recorded, over all files of a queue.
class UnrecordedBytes : public QObject {
    Q_OBJECT

  public:
    // 8 MB, less what a reader may hold in its hand when it is told to wait.
    static constexpr qint64 kMost = 7 << 20;

    bool isFull() const { return bytes_ >= kMost; }
    qint64 bytes() const { return bytes_; }
    void add(qint64 bytes) {
        const bool wasFull = isFull();
        bytes_ += bytes;
        if (isFull() && !wasFull) Q_EMIT filled();
    }
    void remove(qint64 bytes) {
        const bool wasFull = isFull();
        bytes_ -= bytes;
        if (wasFull && !isFull()) Q_EMIT freed();
    }

  Q_SIGNALS:
    void filled();
    void freed();

  private:
    qint64 bytes_ = 0;
};

class RangedFile : public QObject {
    Q_OBJECT

  public:
    struct Place {
        QString partPath;
        QString lockPath;
        QString identity;  // what the bytes are of: a record for another is void
    };

    static QString recordPath(const QString& partPath);

    static DownloadResult<std::unique_ptr<RangedFile>> open(const Place& place, qint64 sizeBytes,
                                                            UnrecordedBytes& unrecorded,
                                                            WorkThread& disk,
                                                            const DiskCalls& calls);
    ~RangedFile() override;

    QString path() const { return place_.partPath; }
    qint64 sizeBytes() const { return sizeBytes_; }
    // Written; recorded or about to be.
    const RangeSet& held() const { return held_; }
    bool isComplete() const { return held_.totalBytes() == sizeBytes_; }

    // Within the file's size. Long runs of zeros become holes.
    DownloadResult<void> write(qint64 offset, QByteArrayView bytes);

    // Everything written so far is on the disk and recorded when `done` is called.
    void sync(std::function<void(DownloadResult<void>)> done);

    // The recorded parts whose bytes on the disk are no longer those that were written.
    void findDamage(std::function<void(DownloadResult<std::vector<ByteRange>>)> done);
    // These bytes count as missing again; whole parts at a time. After sync().
    DownloadResult<void> forget(const std::vector<ByteRange>& damaged);
    DownloadResult<void> forgetAll();

    // Gives the complete, verified and synced file its name; the record goes. Nothing else may
    // be called afterwards.
    DownloadResult<void> moveTo(const QString& path);
    // Removes the part and its record.
    void discard();

  Q_SIGNALS:
    void failed(const dsm::DownloadError& error);

  private:
    // A stretch written without a gap, that grows at its end.
    struct Run {
        ByteRange range;
        std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> sum;
    };
    struct Files {
        FileHandle data;
        RangeRecord record;
        DiskCalls calls;
        QElapsedTimer recordFlushed = {};
    };

    RangedFile(Place place, qint64 sizeBytes, UnrecordedBytes& unrecorded, WorkThread& disk,
               FileLock lock, std::shared_ptr<Files> files);
    bool leaveHole(qint64 offset, QByteArrayView bytes);
    void note(ByteRange range, QByteArrayView bytes);
    void beginSync();
    void endSync(const std::vector<RecordedPart>& parts, const DownloadResult<void>& result);
    static DownloadResult<void> recordDurably(Files& files, const std::vector<RecordedPart>& parts,
                                              const QString& path, bool flushRecord);

    Place place_;
    qint64 sizeBytes_;
    UnrecordedBytes& unrecorded_;
    WorkThread& disk_;
    FileLock lock_;
    std::shared_ptr<Files> files_;  // shared with the job that syncs
    RangeSet held_;
    std::vector<Run> runs_;  // written since the last sync began
    qint64 runBytes_ = 0;
    qint64 syncingBytes_ = 0;
    bool isSyncing_ = false;
    std::vector<std::function<void(DownloadResult<void>)>> waiting_;
    QTimer timer_;  // a slow connection must not leave bytes unrecorded for long
};

}  // namespace dsm
