// RangeRecord: the file beside a part that says which of its bytes were written, and which of these
// are known to be on the disk.
//
//   header   32 bytes: "DSMPART1", the file's size, a hash of its identity, a sum of these
//   entry    32 bytes: begin, end, sum of the part's bytes, sum of this entry
//   mark     an entry of the range 0 to 0, with a number N for a sum: the first N parts are on the
//            disk
//
// All numbers are 64-bit little-endian; sums are XXH3. Entries are only appended: a kill in the
// middle leaves a torn last entry, which is not believed. A header for another size or identity
// makes the whole record void.
//
// Threads  One at a time; flush() may run beside append() and markFlushed().
// Errors   As disk.h. A record whose content cannot be believed is an empty one: the part is fetched
//          again.
#pragma once

#include <QString>
#include <vector>

#include "app/services/downloads/file/disk.h"
#include "app/services/downloads/file/range_set.h"

namespace dsm {

struct RecordedPart {
    ByteRange range = {};
    quint64 sum = 0;  // XXH3 of its bytes

    bool operator==(const RecordedPart&) const = default;
};

class RangeRecord {
  public:
    static DownloadResult<RangeRecord> open(const QString& path, qint64 sizeBytes,
                                            const QString& identity);
    // The parts of a record that nobody holds open, for those who only look; none where there is no
    // record.
    static DownloadResult<std::vector<RecordedPart>> read(const QString& path, qint64 sizeBytes,
                                                          const QString& identity);

    const std::vector<RecordedPart>& parts() const { return parts_; }
    // So many of the first parts are on the disk. The others have been written; after a power
    // failure their bytes may be missing.
    std::size_t flushedParts() const { return flushedParts_; }
    DownloadResult<void> append(const std::vector<RecordedPart>& parts);
    DownloadResult<void> markFlushed(std::size_t parts);
    // Only these remain, all of which are on the disk.
    DownloadResult<void> replace(std::vector<RecordedPart> parts);
    // Waits until the record itself is on the disk.
    DownloadResult<void> flush() const;

  private:
    DownloadResult<void> write(const QByteArray& entries);

    QString path_;
    File file_;
    QByteArray header_;
    qint64 end_ = 0;  // of the file
    std::vector<RecordedPart> parts_;
    std::size_t flushedParts_ = 0;
};

}  // namespace dsm
