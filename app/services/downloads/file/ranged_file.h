// RangedFile: a file that is written in several places at once and survives a kill at any moment.
//
//   <blob>.deepseekmoe.incomplete          the bytes, as long as the whole file, with holes
//   <blob>.deepseekmoe.incomplete.ranges   which of them are there (range_record.h)
//
// What was written enters the record a megabyte at a time, with its sum: a kill costs no more than
// that of each connection. Behind the writing, the disk is flushed all the time, and the record is
// marked up to where fdatasync has returned; at most UnflushedBytes::kMost over all files of a
// queue are waiting for that. What lies behind the mark is believed only when its sum is right:
// after a power failure it may be missing. The name is the program's own: older clients of the Hub
// take <blob>.incomplete for a prefix and append to it. Where there is no part yet and such a
// prefix is, it becomes the part: whether its bytes are right tells the hash, as for all others.
//
// Ownership Holds the lock against other programs and both files until it is destroyed.
// Threads   One thread, that of the WorkThread's owner; waiting for the disk happens on the
//           WorkThread.
// Errors    As disk.h. A failed flush loses what it was for: those ranges are missing again.
#pragma once

#include <xxhash.h>

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <functional>
#include <memory>
#include <vector>

#include "app/services/downloads/file/disk.h"
#include "app/services/downloads/file/range_record.h"
#include "app/services/downloads/file/range_set.h"
#include "app/services/program/work_thread.h"

namespace dsm {

// What is written and may not be on the disk yet, over all files of a queue.
class UnflushedBytes : public QObject {
    Q_OBJECT

  public:
    // A fast disk takes a tenth of a second for it; a slow one holds the network back.
    static constexpr qint64 kMost = 64 << 20;

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
        QString othersPart =
            {};  // of the Hub's own client, which writes from the beginning; "" none
    };

    static QString recordPath(const QString& partPath);
    // What opening would hold, for a part that nobody writes.
    static DownloadResult<qint64> bytesThere(const Place& place, qint64 sizeBytes);

    static DownloadResult<std::unique_ptr<RangedFile>> open(const Place& place, qint64 sizeBytes,
                                                            UnflushedBytes& unflushed,
                                                            WorkThread& disk);
    ~RangedFile() override;

    QString path() const { return place_.partPath; }
    qint64 sizeBytes() const { return sizeBytes_; }
    // Written.
    const RangeSet& held() const { return held_; }
    bool isComplete() const { return held_.totalBytes() == sizeBytes_; }

    // Within the file's size. Long runs of zeros become holes.
    DownloadResult<void> write(qint64 offset, QByteArrayView bytes);

    // What was written so far survives a kill. For when a stretch ends; within it, every megabyte
    // is recorded by itself.
    DownloadResult<void> record();
    // Everything written so far is on the disk and recorded when `done` is called.
    void sync(std::function<void(DownloadResult<void>)> done);

    // The recorded parts whose bytes on the disk are no longer those that were written.
    void findDamage(std::function<void(DownloadResult<std::vector<ByteRange>>)> done);
    // These bytes count as missing again; whole parts at a time. After sync().
    DownloadResult<void> forget(const std::vector<ByteRange>& damaged);

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
        File data;
        RangeRecord record;
    };

    RangedFile(Place place, qint64 sizeBytes, UnflushedBytes& unflushed, WorkThread& disk,
               FileLock lock, std::shared_ptr<Files> files);
    bool leaveHole(qint64 offset, QByteArrayView bytes);
    DownloadResult<void> note(ByteRange range, QByteArrayView bytes);
    DownloadResult<void> keepOnly(std::vector<RecordedPart> parts);
    void beginFlush();
    void endFlush(std::size_t parts, DownloadResult<void> result);
    void flushRecord();

    Place place_;
    qint64 sizeBytes_;
    UnflushedBytes& unflushed_;
    WorkThread& disk_;
    FileLock lock_;
    std::shared_ptr<Files> files_;  // shared with the job that flushes
    RangeSet held_;
    std::vector<Run> runs_;    // written and not recorded
    qint64 waitingBytes_ = 0;  // for the next flush
    qint64 flushingBytes_ = 0;
    bool isFlushing_ = false;
    std::vector<std::function<void(DownloadResult<void>)>> waiting_;
    QElapsedTimer recordFlushed_;
    QTimer timer_;  // a slow connection must not leave bytes unrecorded for long
};

}  // namespace dsm
