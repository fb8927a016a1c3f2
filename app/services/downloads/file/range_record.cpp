#include "app/services/downloads/file/range_record.h"

#include <fcntl.h>
#include <xxhash.h>

#include <QtEndian>
#include <cerrno>
#include <span>

#include "app/services/program/private_file.h"

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

QByteArray markOf(std::size_t parts) {
    return entryFor({{0, 0}, parts});
}

struct Contents {
    std::vector<RecordedPart> parts = {};
    std::size_t flushedParts = 0;
    qint64 end = kBlock;  // of what can be believed
};

Contents contentsOf(const QByteArray& bytes, const QByteArray& header, qint64 sizeBytes) {
    Contents contents;
    if (!bytes.startsWith(header)) return contents;
    for (qsizetype at = kBlock; at + kBlock <= bytes.size(); at += kBlock) {
        const QByteArrayView entry = QByteArrayView(bytes).sliced(at, kBlock);
        const RecordedPart part{
            {static_cast<qint64>(numberAt(entry, 0)), static_cast<qint64>(numberAt(entry, 8))},
            numberAt(entry, 16)};
        const bool isWhole = numberAt(entry, 24) == sumOf(entry.first(24));
        const bool isMark = part.range == ByteRange{0, 0} && part.sum <= contents.parts.size();
        const bool fits =
            part.range.begin >= 0 && !part.range.isEmpty() && part.range.end <= sizeBytes;
        if (!isWhole || (!fits && !isMark)) break;
        if (isMark) {
            contents.flushedParts = static_cast<std::size_t>(part.sum);
        } else {
            contents.parts.push_back(part);
        }
        contents.end = at + kBlock;
    }
    return contents;
}

DownloadResult<QByteArray> allOf(const File& file, const QString& path) {
    const auto size = diskResult(path, file.sizeBytes());
    if (!size) return tl::unexpected(size.error());
    QByteArray bytes(static_cast<qsizetype>(*size), Qt::Uninitialized);
    const auto got = readAt(file, path, bytes.data(), bytes.size(), 0);
    if (!got) return tl::unexpected(got.error());
    bytes.truncate(*got);
    return bytes;
}

}  // namespace

DownloadResult<std::vector<RecordedPart>> RangeRecord::read(const QString& path, qint64 sizeBytes,
                                                            const QString& identity) {
    const auto file = File::openRegular(toPath(path));
    if (!file && file.error().systemReason == ENOENT) return std::vector<RecordedPart>();
    if (!file) return tl::unexpected(diskError(path, file.error().systemReason));
    const auto bytes = allOf(*file, path);
    if (!bytes) return tl::unexpected(bytes.error());
    return contentsOf(*bytes, headerFor(sizeBytes, identity), sizeBytes).parts;
}

DownloadResult<RangeRecord> RangeRecord::open(const QString& path, qint64 sizeBytes,
                                              const QString& identity) {
    RangeRecord record;
    record.path_ = path;
    record.header_ = headerFor(sizeBytes, identity);
    auto file = openFile(path, O_RDWR | O_CREAT | O_NOFOLLOW);
    if (!file) return tl::unexpected(file.error());
    record.file_ = std::move(*file);
    // One that cannot be read is no empty one: what it says was fetched would be fetched again.
    const auto bytes = allOf(record.file_, path);
    if (!bytes) return tl::unexpected(bytes.error());
    Contents contents = contentsOf(*bytes, record.header_, sizeBytes);
    record.parts_ = std::move(contents.parts);
    record.flushedParts_ = contents.flushedParts;
    record.end_ = record.parts_.empty() ? 0 : contents.end;
    // A torn tail, or what belonged to another file, goes.
    const auto cut =
        diskResult(path, record.file_.truncate(static_cast<std::uint64_t>(record.end_)));
    if (!cut) return tl::unexpected(cut.error());
    if (record.end_ == 0) {
        if (const auto written = record.write(record.header_); !written)
            return tl::unexpected(written.error());
    }
    return record;
}

DownloadResult<void> RangeRecord::write(const QByteArray& entries) {
    const auto written = diskResult(
        path_, file_.writeAt(static_cast<std::uint64_t>(end_), std::as_bytes(std::span(entries))));
    if (written) end_ += entries.size();
    return written;
}

DownloadResult<void> RangeRecord::append(const std::vector<RecordedPart>& parts) {
    QByteArray bytes;
    for (const RecordedPart& part : parts)
        bytes += entryFor(part);
    const auto written = write(bytes);
    if (written) parts_.insert(parts_.end(), parts.begin(), parts.end());
    return written;
}

DownloadResult<void> RangeRecord::markFlushed(std::size_t parts) {
    const auto written = write(markOf(parts));
    if (written) flushedParts_ = parts;
    return written;
}

DownloadResult<void> RangeRecord::replace(std::vector<RecordedPart> parts) {
    QByteArray bytes = header_;
    for (const RecordedPart& part : parts)
        bytes += entryFor(part);
    bytes += markOf(parts.size());
    if (const auto done = replaceFile(path_, bytes); !done) return done;
    file_ = File();  // the one that was replaced: where the new cannot be opened, none is written
    auto file = openFile(path_, O_RDWR | O_NOFOLLOW);
    if (!file) return tl::unexpected(file.error());
    file_ = std::move(*file);
    end_ = bytes.size();
    parts_ = std::move(parts);
    flushedParts_ = parts_.size();
    return {};
}

DownloadResult<void> RangeRecord::flush() const {
    return diskResult(path_, file_.syncData());
}

}  // namespace dsm
