#include "app/services/downloads/file/ranged_file.h"

#include <fcntl.h>

#include <QFileInfo>
#include <cerrno>
#include <cstring>

#include "kernels/base/check.h"

namespace dsm {
namespace {

constexpr qint64 kRecordBytes = 1 << 20;
constexpr qint64 kFlushBytes = 8 << 20;
constexpr int kFlushMs = 500;
constexpr int kRecordFlushMs = 1000;
constexpr qint64 kHoleBytes = 64 << 10;
constexpr qint64 kSummedBytes = 1 << 20;

bool isAllZero(QByteArrayView bytes) {
    const char* data = bytes.data();
    const auto size = static_cast<size_t>(bytes.size());
    return data[0] == 0 && std::memcmp(data, data + 1, size - 1) == 0;
}

DownloadResult<quint64> sumOnDisk(const File& file, const QString& path, ByteRange range) {
    const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> sum(XXH3_createState(),
                                                                       &XXH3_freeState);
    XXH3_64bits_reset(sum.get());
    std::vector<char> buffer(static_cast<size_t>(std::min(range.size(), kSummedBytes)));
    for (qint64 at = range.begin; at < range.end;) {
        const qint64 wanted = std::min(range.end - at, kSummedBytes);
        const auto got = readAt(file, path, buffer.data(), wanted, at);
        if (!got) return tl::unexpected(got.error());
        if (*got == 0) break;  // the file was cut off: the sum will differ
        XXH3_64bits_update(sum.get(), buffer.data(), static_cast<size_t>(*got));
        at += *got;
    }
    return XXH3_64bits_digest(sum.get());
}

// Of the parts behind the record's mark, those whose bytes are there.
DownloadResult<std::vector<RecordedPart>> soundParts(const File& file, const QString& path,
                                                     const RangeRecord& record) {
    const auto& parts = record.parts();
    const auto mark = parts.begin() + static_cast<std::ptrdiff_t>(record.flushedParts());
    std::vector<RecordedPart> sound(parts.begin(), mark);
    for (auto part = mark; part != parts.end(); ++part) {
        const auto sum = sumOnDisk(file, path, part->range);
        if (!sum) return tl::unexpected(sum.error());
        if (*sum == part->sum) sound.push_back(*part);
    }
    return sound;
}

// The length of the prefix that the Hub's client left, 0 where there is none to be used.
qint64 prefixLeft(const RangedFile::Place& place, qint64 sizeBytes) {
    const QFileInfo part(place.othersPart);
    if (place.othersPart.isEmpty() || part.isSymLink() || !part.isFile()) return 0;
    return part.size() <= sizeBytes ? part.size() : 0;
}

// Makes it the part. The record comes first: a kill in between leaves it without a part, which is
// begun anew with the prefix still there.
DownloadResult<void> adoptPrefix(const RangedFile::Place& place, qint64 sizeBytes) {
    const qint64 prefix = prefixLeft(place, sizeBytes);
    if (prefix == 0) return {};
    const auto data = openFile(place.othersPart, O_RDWR | O_NOFOLLOW);
    if (!data) return {};  // not ours to write: fetched instead
    auto record =
        RangeRecord::open(RangedFile::recordPath(place.partPath), sizeBytes, place.identity);
    if (!record) return tl::unexpected(record.error());
    std::vector<RecordedPart> parts;
    for (qint64 at = 0; at < prefix; at += kRecordBytes) {
        const ByteRange range{at, std::min(at + kRecordBytes, prefix)};
        const auto sum = sumOnDisk(*data, place.othersPart, range);
        if (!sum) return tl::unexpected(sum.error());
        parts.push_back({range, *sum});
    }
    if (const auto written = record->append(parts); !written) return written;
    if (data->syncData()) {
        if (const auto marked = record->markFlushed(parts.size()); !marked) return marked;
    }
    if (const auto named = renameFile(place.othersPart, place.partPath); !named) return named;
    qInfo("The download goes on with what another program had begun: %s",
          qUtf8Printable(place.othersPart));
    return {};
}

}  // namespace

DownloadResult<qint64> RangedFile::bytesThere(const Place& place, qint64 sizeBytes) {
    const auto isBegun = isOnDisk(place.partPath);
    if (!isBegun) return tl::unexpected(isBegun.error());
    if (!*isBegun) return prefixLeft(place, sizeBytes);
    const auto parts = RangeRecord::read(recordPath(place.partPath), sizeBytes, place.identity);
    if (!parts) return tl::unexpected(parts.error());
    RangeSet held;
    for (const RecordedPart& part : *parts)
        held.add(part.range);
    return held.totalBytes();
}

QString RangedFile::recordPath(const QString& partPath) {
    return partPath + QStringLiteral(".ranges");
}

DownloadResult<std::unique_ptr<RangedFile>> RangedFile::open(const Place& place, qint64 sizeBytes,
                                                             UnflushedBytes& unflushed,
                                                             WorkThread& disk) {
    auto lock = FileLock::take(place.lockPath);
    if (!lock) return tl::unexpected(lock.error());
    const auto wasBegun = isOnDisk(place.partPath);
    if (!wasBegun) return tl::unexpected(wasBegun.error());
    // A record without its part speaks of bytes that are gone.
    if (!*wasBegun) {
        removeFile(recordPath(place.partPath));
        if (const auto adopted = adoptPrefix(place, sizeBytes); !adopted)
            return tl::unexpected(adopted.error());
    }
    auto data = openFile(place.partPath, O_RDWR | O_CREAT | O_NOFOLLOW);
    if (!data) return tl::unexpected(data.error());
    auto record = RangeRecord::open(recordPath(place.partPath), sizeBytes, place.identity);
    if (!record) return tl::unexpected(record.error());
    const auto sized =
        diskResult(place.partPath, data->truncate(static_cast<std::uint64_t>(sizeBytes)));
    if (!sized) return tl::unexpected(sized.error());
    if (!*wasBegun) flushFolderOf(place.partPath);
    auto sound = soundParts(*data, place.partPath, *record);
    if (!sound) return tl::unexpected(sound.error());
    if (sound->size() < record->parts().size()) {
        if (const auto done = record->replace(std::move(*sound)); !done)
            return tl::unexpected(done.error());
    }
    auto files = std::make_shared<Files>(Files{std::move(*data), std::move(*record)});
    return std::unique_ptr<RangedFile>(
        new RangedFile(place, sizeBytes, unflushed, disk, std::move(*lock), std::move(files)));
}

RangedFile::RangedFile(Place place, qint64 sizeBytes, UnflushedBytes& unflushed, WorkThread& disk,
                       FileLock lock, std::shared_ptr<Files> files)
    : place_(std::move(place)),
      sizeBytes_(sizeBytes),
      unflushed_(unflushed),
      disk_(disk),
      lock_(std::move(lock)),
      files_(std::move(files)) {
    for (const RecordedPart& part : files_->record.parts())
        held_.add(part.range);
    recordFlushed_.start();
    timer_.setSingleShot(true);
    timer_.setInterval(kFlushMs);
    connect(&timer_, &QTimer::timeout, this, &RangedFile::beginFlush);
    connect(&unflushed_, &UnflushedBytes::filled, this, &RangedFile::beginFlush);
}

RangedFile::~RangedFile() {
    if (waitingBytes_ + flushingBytes_ > 0) unflushed_.remove(waitingBytes_ + flushingBytes_);
}

DownloadResult<void> RangedFile::write(qint64 offset, QByteArrayView bytes) {
    DSM_CHECK(offset >= 0 && offset + bytes.size() <= sizeBytes_);
    if (bytes.isEmpty()) return {};
    if (!leaveHole(offset, bytes)) {
        const auto written = writeAt(files_->data, place_.partPath, bytes, offset);
        if (!written) return written;
    }
    if (const auto noted = note({offset, offset + bytes.size()}, bytes); !noted) return noted;
    if (waitingBytes_ >= kFlushBytes) {
        beginFlush();
    } else if (!timer_.isActive()) {
        timer_.start();
    }
    return {};
}

// Where the file system can, a long run of zeros takes no space; where it cannot, it is written.
bool RangedFile::leaveHole(qint64 offset, QByteArrayView bytes) {
    if (bytes.size() < kHoleBytes || !isAllZero(bytes)) return false;
    return files_->data.punchHole(static_cast<std::uint64_t>(offset),
                                  static_cast<std::uint64_t>(bytes.size()));
}

DownloadResult<void> RangedFile::note(ByteRange range, QByteArrayView bytes) {
    held_.add(range);
    auto run = std::find_if(runs_.begin(), runs_.end(),
                            [&](const Run& r) { return r.range.end == range.begin; });
    if (run == runs_.end()) {
        runs_.push_back({{range.begin, range.begin}, {XXH3_createState(), &XXH3_freeState}});
        run = std::prev(runs_.end());
        XXH3_64bits_reset(run->sum.get());
    }
    XXH3_64bits_update(run->sum.get(), bytes.data(), static_cast<size_t>(bytes.size()));
    run->range.end = range.end;
    DownloadResult<void> recorded;
    if (run->range.size() >= kRecordBytes) {
        const RecordedPart part{run->range, XXH3_64bits_digest(run->sum.get())};
        runs_.erase(run);
        recorded = files_->record.append({part});
    }
    waitingBytes_ += range.size();
    unflushed_.add(range.size());  // may begin a flush, which records all runs
    return recorded;
}

DownloadResult<void> RangedFile::record() {
    if (runs_.empty()) return {};
    std::vector<RecordedPart> parts;
    for (const Run& run : runs_)
        parts.push_back({run.range, XXH3_64bits_digest(run.sum.get())});
    runs_.clear();
    return files_->record.append(parts);
}

void RangedFile::sync(std::function<void(DownloadResult<void>)> done) {
    waiting_.push_back(std::move(done));
    if (isFlushing_) return;
    if (waitingBytes_ == 0) {
        flushRecord();
    } else {
        beginFlush();
    }
}

void RangedFile::beginFlush() {
    if (isFlushing_ || waitingBytes_ == 0) return;
    timer_.stop();
    isFlushing_ = true;
    flushingBytes_ = std::exchange(waitingBytes_, 0);
    const auto recorded = record();
    const std::size_t parts = files_->record.parts().size();
    disk_.post(
        this,
        [files = files_, recorded, path = place_.partPath]() -> DownloadResult<void> {
            if (!recorded) return recorded;
            return diskResult(path, files->data.syncData());
        },
        [this, parts](const DownloadResult<void>& result) { endFlush(parts, result); });
}

void RangedFile::endFlush(std::size_t parts, DownloadResult<void> result) {
    isFlushing_ = false;
    const qint64 flushed = std::exchange(flushingBytes_, 0);
    if (result) result = files_->record.markFlushed(parts);
    if (!result) {
        runs_.clear();
        const auto& all = files_->record.parts();
        const auto mark = static_cast<std::ptrdiff_t>(files_->record.flushedParts());
        keepOnly({all.begin(), all.begin() + mark});  // else the sums will tell
    }
    // Who waits is told once nothing written before the wait is left to flush.
    std::vector<std::function<void(DownloadResult<void>)>> told;
    if (!result) told.swap(waiting_);
    const bool nobodyWaits = told.empty();
    if (waitingBytes_ > 0 &&
        (!waiting_.empty() || waitingBytes_ >= kFlushBytes || unflushed_.isFull())) {
        beginFlush();
    } else if (!waiting_.empty() || recordFlushed_.elapsed() >= kRecordFlushMs) {
        flushRecord();
    }
    if (waitingBytes_ > 0 && !isFlushing_) timer_.start();
    unflushed_.remove(flushed);
    for (const auto& done : told)
        done(result);
    if (!result && nobodyWaits) Q_EMIT failed(result.error());
}

// Tells those who wait.
void RangedFile::flushRecord() {
    recordFlushed_.restart();
    disk_.post(
        this, [files = files_] { return files->record.flush(); },
        [this, told = std::exchange(waiting_, {})](const DownloadResult<void>& result) {
            for (const auto& done : told)
                done(result);
            if (!result && told.empty()) Q_EMIT failed(result.error());
        });
}

void RangedFile::findDamage(std::function<void(DownloadResult<std::vector<ByteRange>>)> done) {
    disk_.post(
        this,
        [files = files_, path = place_.partPath]() -> DownloadResult<std::vector<ByteRange>> {
            std::vector<ByteRange> damaged;
            for (const RecordedPart& part : files->record.parts()) {
                const auto sum = sumOnDisk(files->data, path, part.range);
                if (!sum) return tl::unexpected(sum.error());
                if (*sum != part.sum) damaged.push_back(part.range);
            }
            return damaged;
        },
        std::move(done));
}

DownloadResult<void> RangedFile::forget(const std::vector<ByteRange>& damaged) {
    DSM_CHECK(!isFlushing_ && runs_.empty());
    const auto isDamaged = [&](const RecordedPart& part) {
        return std::any_of(damaged.begin(), damaged.end(), [&](const ByteRange& range) {
            return part.range.begin < range.end && range.begin < part.range.end;
        });
    };
    std::vector<RecordedPart> sound;
    for (const RecordedPart& part : files_->record.parts())
        if (!isDamaged(part)) sound.push_back(part);
    return keepOnly(std::move(sound));
}

DownloadResult<void> RangedFile::keepOnly(std::vector<RecordedPart> parts) {
    held_.clear();
    for (const RecordedPart& part : parts)
        held_.add(part.range);
    return files_->record.replace(std::move(parts));
}

DownloadResult<void> RangedFile::moveTo(const QString& path) {
    DSM_CHECK(isComplete() && !isFlushing_ && runs_.empty());
    if (const auto named = renameFile(place_.partPath, path); !named) return named;
    removeFile(recordPath(place_.partPath));
    flushFolderOf(path);
    return {};
}

void RangedFile::discard() {
    removeFile(recordPath(place_.partPath));
    removeFile(place_.partPath);
}

}  // namespace dsm
