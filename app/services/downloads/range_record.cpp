#include "app/services/downloads/range_record.h"

#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

#include <QFile>
#include <QtEndian>
#include <cerrno>

namespace dsm {
namespace {

constexpr qsizetype kBlock = 32;
constexpr char kMagic[] = "DSMPART1";

quint64 sumOf(QByteArrayView bytes) {
    return XXH3_64bits(bytes.data(), static_cast<size_t>(bytes.size()));
}

void appendNumber(QByteArray& to, quint64 number) {
    const quint64 little = qToLittleEndian(number);
    to.append(reinterpret_cast<const char*>(&little), sizeof little);
}

quint64 numberAt(QByteArrayView bytes, qsizetype offset) {
    return qFromLittleEndian<quint64>(bytes.data() + offset);
}

QByteArray headerFor(qint64 sizeBytes, const QString& identity) {
    QByteArray header(kMagic, 8);
    appendNumber(header, static_cast<quint64>(sizeBytes));
    appendNumber(header, sumOf(identity.toUtf8()));
    appendNumber(header, sumOf(header));
    return header;
}

QByteArray entryFor(const RecordedPart& part) {
    QByteArray entry;
    appendNumber(entry, static_cast<quint64>(part.range.begin));
    appendNumber(entry, static_cast<quint64>(part.range.end));
    appendNumber(entry, part.sum);
    appendNumber(entry, sumOf(entry));
    return entry;
}

std::vector<RecordedPart> partsIn(const QByteArray& bytes, const QByteArray& header,
                                  qint64 sizeBytes) {
    std::vector<RecordedPart> parts;
    if (!bytes.startsWith(header)) return parts;
    for (qsizetype at = kBlock; at + kBlock <= bytes.size(); at += kBlock) {
        const QByteArrayView entry = QByteArrayView(bytes).sliced(at, kBlock);
        const RecordedPart part{
            {static_cast<qint64>(numberAt(entry, 0)), static_cast<qint64>(numberAt(entry, 8))},
            numberAt(entry, 16)};
        const bool isWhole = numberAt(entry, 24) == sumOf(entry.first(24));
        const bool fits =
            part.range.begin >= 0 && !part.range.isEmpty() && part.range.end <= sizeBytes;
        if (!isWhole || !fits) break;
        parts.push_back(part);
    }
    return parts;
}

}  // namespace

std::vector<RecordedPart> RangeRecord::read(const QString& path, qint64 sizeBytes,
                                            const QString& identity) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return {};
    return partsIn(file.readAll(), headerFor(sizeBytes, identity), sizeBytes);
}

DownloadResult<RangeRecord> RangeRecord::open(const QString& path, qint64 sizeBytes,
                                              const QString& identity) {
    RangeRecord record;
    record.path_ = path;
    record.header_ = headerFor(sizeBytes, identity);
    record.parts_ = read(path, sizeBytes, identity);
    auto file = openFile(path, O_RDWR | O_CREAT);
    if (!file) return tl::unexpected(file.error());
    record.file_ = std::move(*file);
    // A torn tail, or what belonged to another file, goes.
    const qint64 length = kBlock * (1 + static_cast<qint64>(record.parts_.size()));
    if (::ftruncate(record.file_.get(), record.parts_.empty() ? 0 : length) != 0)
        return tl::unexpected(diskError(path, errno));
    const auto written = writeAt(DiskCalls::real(), record.file_.get(), path, record.header_, 0);
    if (!written) return tl::unexpected(written.error());
    return record;
}

DownloadResult<void> RangeRecord::append(const std::vector<RecordedPart>& parts) {
    QByteArray bytes;
    for (const RecordedPart& part : parts)
        bytes += entryFor(part);
    const qint64 end = kBlock * (1 + static_cast<qint64>(parts_.size()));
    const auto written = writeAt(DiskCalls::real(), file_.get(), path_, bytes, end);
    if (written) parts_.insert(parts_.end(), parts.begin(), parts.end());
    return written;
}

DownloadResult<void> RangeRecord::replace(std::vector<RecordedPart> parts) {
    QByteArray bytes = header_;
    for (const RecordedPart& part : parts)
        bytes += entryFor(part);
    if (const auto done = replaceFile(path_, bytes); !done) return done;
    auto file = openFile(path_, O_RDWR);
    if (!file) return tl::unexpected(file.error());
    file_ = std::move(*file);
    parts_ = std::move(parts);
    return {};
}

DownloadResult<void> RangeRecord::flush() {
    if (::fdatasync(file_.get()) != 0) return tl::unexpected(diskError(path_, errno));
    return {};
}

}  // namespace dsm
