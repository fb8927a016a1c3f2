#include "app/services/downloads/ranged_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <QFile>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "kernels/base/check.h"

namespace dsm {
namespace {

constexpr qint64 kSyncBytes = 3 << 20;
constexpr int kSyncMs = 500;
constexpr int kRecordFlushMs = 1000;
constexpr qint64 kHoleBytes = 64 << 10;
constexpr qint64 kReadBytes = 1 << 20;

bool isAllZero(QByteArrayView bytes) {
    const char* data = bytes.data();
    const auto size = static_cast<size_t>(bytes.size());
    return data[0] == 0 && std::memcmp(data, data + 1, size - 1) == 0;
}

DownloadResult<quint64> sumOnDisk(int fd, const QString& path, ByteRange range) {
    const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> sum(XXH3_createState(),
                                                                       &XXH3_freeState);
    XXH3_64bits_reset(sum.get());
    std::vector<char> buffer(static_cast<size_t>(std::min(range.size(), kReadBytes)));
    for (qint64 at = range.begin; at < range.end;) {
        const qint64 wanted = std::min(range.end - at, kReadBytes);
        const auto got = readAt(fd, path, buffer.data(), wanted, at);
        if (!got) return tl::unexpected(got.error());
        if (*got == 0) break;  // the file was cut off: the sum will differ
        XXH3_64bits_update(sum.get(), buffer.data(), static_cast<size_t>(*got));
        at += *got;
    }
    return XXH3_64bits_digest(sum.get());
}

}  // namespace

QString RangedFile::recordPath(const QString& partPath) {
    return partPath + QStringLiteral(".ranges");
}

DownloadResult<std::unique_ptr<RangedFile>> RangedFile::open(const Place& place, qint64 sizeBytes,
                                                             UnrecordedBytes& unrecorded,
                                                             WorkThread& disk,
                                                             const DiskCalls& calls) {
    auto lock = FileLock::take(place.lockPath);
    if (!lock) return tl::unexpected(lock.error());
    const bool existed = QFile::exists(place.partPath);
    auto data = openFile(place.partPath, O_RDWR | O_CREAT | O_NOFOLLOW);
    if (!data) return tl::unexpected(data.error());
    // A record without its part speaks of bytes that are gone.
    if (!existed) QFile::remove(recordPath(place.partPath));
    auto record = RangeRecord::open(recordPath(place.partPath), sizeBytes, place.identity);
    if (!record) return tl::unexpected(record.error());
    if (::ftruncate(data->get(), sizeBytes) != 0)
        return tl::unexpected(diskError(place.partPath, errno));
    if (!existed) flushFolderOf(place.partPath);
    auto files = std::make_shared<Files>(Files{std::move(*data), std::move(*record), calls});
    files->recordFlushed.start();
    return std::unique_ptr<RangedFile>(
        new RangedFile(place, sizeBytes, unrecorded, disk, std::move(*lock), std::move(files)));
}

RangedFile::RangedFile(Place place, qint64 sizeBytes, UnrecordedBytes& unrecorded, WorkThread& disk,
                       FileLock lock, std::shared_ptr<Files> files)
    : place_(std::move(place)),
      sizeBytes_(sizeBytes),
      unrecorded_(unrecorded),
      disk_(disk),
      lock_(std::move(lock)),
      files_(std::move(files)) {
    for (const RecordedPart& part : files_->record.parts())
        held_.add(part.range);
    timer_.setSingleShot(true);
    timer_.setInterval(kSyncMs);
    connect(&timer_, &QTimer::timeout, this, &RangedFile::beginSync);
    connect(&unrecorded_, &UnrecordedBytes::filled, this, &RangedFile::beginSync);
}

RangedFile::~RangedFile() {
    if (runBytes_ + syncingBytes_ > 0) unrecorded_.remove(runBytes_ + syncingBytes_);
}

DownloadResult<void> RangedFile::write(qint64 offset, QByteArrayView bytes) {
    DSM_CHECK(offset >= 0 && offset + bytes.size() <= sizeBytes_);
    if (bytes.isEmpty()) return {};
    if (!leaveHole(offset, bytes)) {
        const auto written =
            writeAt(files_->calls, files_->data.get(), place_.partPath, bytes, offset);
        if (!written) return written;
    }
    note({offset, offset + bytes.size()}, bytes);
    if (runBytes_ >= kSyncBytes) {
        beginSync();
    } else if (!timer_.isActive()) {
        timer_.start();
    }
    return {};
}

// Where the file system can, a long run of zeros takes no space; where it cannot, it is written.
bool RangedFile::leaveHole(qint64 offset, QByteArrayView bytes) {
    if (bytes.size() < kHoleBytes || !isAllZero(bytes)) return false;
    return ::fallocate(files_->data.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset,
                       bytes.size()) == 0;
}

void RangedFile::note(ByteRange range, QByteArrayView bytes) {
    held_.add(range);
    runBytes_ += range.size();
    auto run = std::find_if(runs_.begin(), runs_.end(),
                            [&](const Run& r) { return r.range.end == range.begin; });
    if (run == runs_.end()) {
        runs_.push_back({{range.begin, range.begin}, {XXH3_createState(), &XXH3_freeState}});
        run = std::prev(runs_.end());
        XXH3_64bits_reset(run->sum.get());
    }
    XXH3_64bits_update(run->sum.get(), bytes.data(), static_cast<size_t>(bytes.size()));
    run->range.end = range.end;
    unrecorded_.add(range.size());
}

void RangedFile::sync(std::function<void(DownloadResult<void>)> done) {
    if (!isSyncing_ && runs_.empty()) {
        disk_.post(
            this, [files = files_] { return files->record.flush(); },
            [done = std::move(done)](const DownloadResult<void>& result) { done(result); });
        return;
    }
    waiting_.push_back(std::move(done));
    beginSync();
}

void RangedFile::beginSync() {
    if (isSyncing_ || runs_.empty()) return;
    timer_.stop();
    std::vector<RecordedPart> parts;
    for (const Run& run : runs_)
        parts.push_back({run.range, XXH3_64bits_digest(run.sum.get())});
    runs_.clear();
    syncingBytes_ = std::exchange(runBytes_, 0);
    isSyncing_ = true;
    disk_.post(
        this,
        [files = files_, parts, path = place_.partPath, flushRecord = !waiting_.empty()] {
            return recordDurably(*files, parts, path, flushRecord);
        },
        [this, parts](const DownloadResult<void>& result) { endSync(parts, result); });
}

DownloadResult<void> RangedFile::recordDurably(Files& files, const std::vector<RecordedPart>& parts,
                                               const QString& path, bool flushRecord) {
    if (files.calls.sync(files.data.get()) != 0) return tl::unexpected(diskError(path, errno));
    if (const auto appended = files.record.append(parts); !appended) return appended;
    if (!flushRecord && files.recordFlushed.elapsed() < kRecordFlushMs) return {};
    files.recordFlushed.restart();
    return files.record.flush();
}

void RangedFile::endSync(const std::vector<RecordedPart>& parts,
                         const DownloadResult<void>& result) {
    isSyncing_ = false;
    const qint64 synced = std::exchange(syncingBytes_, 0);
    if (!result) {
        for (const RecordedPart& part : parts)
            held_.remove(part.range);
    }
    // Who waits is told once nothing written before the wait is left unrecorded.
    std::vector<std::function<void(DownloadResult<void>)>> told;
    if (!result || runs_.empty()) told.swap(waiting_);
    const bool nobodyWaits = told.empty();
    if (!waiting_.empty() || runBytes_ >= kSyncBytes || unrecorded_.isFull()) beginSync();
    unrecorded_.remove(synced);
    for (const auto& done : told)
        done(result);
    if (!result && nobodyWaits) Q_EMIT failed(result.error());
}

void RangedFile::findDamage(std::function<void(DownloadResult<std::vector<ByteRange>>)> done) {
    disk_.post(
        this,
        [files = files_, path = place_.partPath]() -> DownloadResult<std::vector<ByteRange>> {
            std::vector<ByteRange> damaged;
            for (const RecordedPart& part : files->record.parts()) {
                const auto sum = sumOnDisk(files->data.get(), path, part.range);
                if (!sum) return tl::unexpected(sum.error());
                if (*sum != part.sum) damaged.push_back(part.range);
            }
            return damaged;
        },
        std::move(done));
}

DownloadResult<void> RangedFile::forget(const std::vector<ByteRange>& damaged) {
    DSM_CHECK(!isSyncing_ && runs_.empty());
    const auto isDamaged = [&](const RecordedPart& part) {
        return std::any_of(damaged.begin(), damaged.end(), [&](const ByteRange& range) {
            return part.range.begin < range.end && range.begin < part.range.end;
        });
    };
    std::vector<RecordedPart> sound;
    for (const RecordedPart& part : files_->record.parts())
        if (!isDamaged(part)) sound.push_back(part);
    if (const auto done = files_->record.replace(std::move(sound)); !done) return done;
    held_.clear();
    for (const RecordedPart& part : files_->record.parts())
        held_.add(part.range);
    return {};
}

DownloadResult<void> RangedFile::forgetAll() {
    return forget({{0, sizeBytes_}});
}

DownloadResult<void> RangedFile::moveTo(const QString& path) {
    DSM_CHECK(isComplete() && !isSyncing_ && runs_.empty());
    if (std::rename(QFile::encodeName(place_.partPath).constData(),
                    QFile::encodeName(path).constData()) != 0) {
        return tl::unexpected(diskError(path, errno));
    }
    QFile::remove(recordPath(place_.partPath));
    flushFolderOf(path);
    return {};
}

void RangedFile::discard() {
    QFile::remove(recordPath(place_.partPath));
    QFile::remove(place_.partPath);
}

}  // namespace dsm
