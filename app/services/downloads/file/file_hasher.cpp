#include "app/services/downloads/file/file_hasher.h"
#include "app/services/program/said.h"

#include <fcntl.h>

#include <algorithm>
#include <vector>

namespace dsm {
namespace {

constexpr qint64 kSliceBytes = 8 << 20;
// Half of a second-level cache: what was read is still there when it is hashed.
constexpr qint64 kReadBytes = 256 << 10;

}  // namespace

struct FileHasher::Work {
    QString path;
    qint64 sizeBytes;
    ContentHasher hasher;
    File file = {};
    qint64 at = 0;
    std::vector<char> buffer = {};

    // Hashes up to `end`; gives the hash when that is the file's size.
    DownloadResult<std::optional<ContentHash>> advance(qint64 end) {
        if (!file.isOpen()) {
            auto opened = openFile(path, O_RDONLY);
            if (!opened) return tl::unexpected(opened.error());
            file = std::move(*opened);
            buffer.resize(static_cast<size_t>(kReadBytes));
        }
        while (at < end) {
            const auto got = readAt(file, path, buffer.data(), std::min(end - at, kReadBytes), at);
            if (!got) return tl::unexpected(got.error());
            if (*got == 0) {
                return downloadFailure(DownloadFault::Damaged,
                                       said(
                                           [] {
                                               return DownloadText::tr(
                                                   "The file %1 is shorter than it was. Resume "
                                                   "to fetch the rest again.");
                                           },
                                           {path}));
            }
            hasher.add({buffer.data(), static_cast<qsizetype>(*got)});
            at += *got;
        }
        if (at < sizeBytes) return std::optional<ContentHash>();
        return std::optional(hasher.finish());
    }
};

FileHasher::FileHasher(const QString& path, HashKind kind, qint64 sizeBytes, WorkThread& worker)
    : path_(path), kind_(kind), sizeBytes_(sizeBytes), worker_(worker) {
    restart();
}

FileHasher::~FileHasher() = default;

void FileHasher::restart() {
    work_ = std::make_shared<Work>(Work{path_, sizeBytes_, ContentHasher(kind_, sizeBytes_)});
    available_ = hashed_ = 0;
    isWorking_ = isFinished_ = isAvailable_ = false;
}

void FileHasher::setAvailable(qint64 end) {
    available_ = std::max(available_, std::min(end, sizeBytes_));
    isAvailable_ = true;
    goOn();
}

void FileHasher::goOn() {
    if (isWorking_ || isFinished_ || !isAvailable_) return;
    if (hashed_ == available_ && available_ < sizeBytes_) return;
    const qint64 end = std::min(available_, hashed_ + kSliceBytes);
    isWorking_ = true;
    worker_.post(
        this, [work = work_, end] { return work->advance(end); },
        [this, work = work_, end](const DownloadResult<std::optional<ContentHash>>& result) {
            if (work != work_) return;  // restarted meanwhile
            isWorking_ = false;
            hashed_ = end;
            if (!result) {
                isFinished_ = true;
                Q_EMIT failed(result.error());
            } else if (*result) {
                isFinished_ = true;
                Q_EMIT finished(**result);
            } else {
                Q_EMIT progressed();
                goOn();
            }
        });
}

}  // namespace dsm
