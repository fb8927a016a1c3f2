// RangeRecord: the file beside a part that says which of its bytes are on the disk.
//
//   header   32 bytes: "DSMPART1", the file's size, a hash of its identity, a sum of these
//   entry    32 bytes: begin, end, sum of the part's bytes, sum of this entry
//
// All numbers are 64-bit little-endian; sums are XXH3. Entries are only appended: a kill in the
// middle leaves a torn last entry, which is not believed. A header for another size or identity
// makes the whole record void.
//
// Threads  One at a time.
// Errors   As disk.h. A record that cannot be read is an empty one: the part is fetched again.
#pragma once

#include <QString>
#include <vector>

#include "app/services/downloads/disk.h"
#include "app/services/downloads/range_set.h"

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
    // The parts of a record that nobody holds open; for those who only look.
    static std::vector<RecordedPart> read(const QString& path, qint64 sizeBytes,
                                          const QString& identity);

    const std::vector<RecordedPart>& parts() const { return parts_; }
    // The parts' bytes are on the disk already; that is the caller's promise.
    DownloadResult<void> append(const std::vector<RecordedPart>& parts);
    // Only these remain.
    DownloadResult<void> replace(std::vector<RecordedPart> parts);
    // Waits until the record itself is on the disk.
    DownloadResult<void> flush();

  private:
    QString path_;
    FileHandle file_;
    QByteArray header_;
    std::vector<RecordedPart> parts_;
};

}  // namespace dsm
