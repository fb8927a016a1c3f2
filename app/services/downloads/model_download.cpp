#include "app/services/downloads/model_download.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QSet>
#include <algorithm>
#include <utility>

#include "app/services/downloads/source/source_api.h"
#include "app/services/program/disk_space.h"
#include "app/services/program/readable_bytes.h"
#include "app/services/program/said.h"

namespace dsm {
namespace {

// A disk filled to its last byte is nobody's wish.
constexpr qint64 kReserveBytes = 64 << 20;
// Beyond those that fetch, some may be asking where they are, or hashing their last bytes.
constexpr int kTransfersBesides = 2;

QString existingFolder(QString folder) {
    while (!QFileInfo::exists(folder) && folder.contains(u'/') && folder.size() > 1)
        folder = QFileInfo(folder).path();
    return folder;
}

}  // namespace

VerifiedStamp VerifiedStamp::of(const QString& path) {
    const QFileInfo info(path);
    return {info.size(), info.lastModified().toMSecsSinceEpoch()};
}

ModelDownload::ModelDownload(const DownloadContext& context, const HubCache& cache,
                             VerifiedFiles& verified, Job job)
    : context_(context),
      cache_(cache),
      verified_(verified),
      job_(std::move(job)),
      api_(apiOf(job_.source, context.http)),
      retry_(context.times.retry) {
    wait_.setSingleShot(true);
    connect(&wait_, &QTimer::timeout, this, &ModelDownload::list);
    spaceTimer_.setInterval(context_.times.spaceCheck);
    connect(&spaceTimer_, &QTimer::timeout, this, [this] {
        if (const auto space = checkSpace(); !space) fail(space.error());
    });
}

ModelDownload::~ModelDownload() = default;

bool ModelDownload::isVerifying() const {
    if (phase_ == Phase::Check) return true;
    return phase_ == Phase::Fetch && !transfers_.empty() &&
           std::all_of(transfers_.begin(), transfers_.end(),
                       [](const auto& transfer) { return transfer->isVerifying(); });
}

qint64 ModelDownload::bytesDone() const {
    qint64 bytes = doneBytes_ + laterBytes_;
    for (const auto& transfer : transfers_)
        bytes += transfer->bytesHeld();
    return bytes;
}

QString ModelDownload::snapshotFolder() const {
    if (repository_.listing.commit.isEmpty()) return {};
    return cache_.snapshotFolder(job_.repository, repository_.listing.commit);
}

void ModelDownload::setConnections(int connections) {
    connections_ = std::clamp(connections, 1, kMostConnections);
    if (phase_ == Phase::Fetch) pump();
}

void ModelDownload::start() {
    if (const auto folders = cache_.makeFolders(job_.repository); !folders) {
        fail(folders.error());
        return;
    }
    list();
}

void ModelDownload::stop() {
    end([this] { Q_EMIT stopped(); });
}

void ModelDownload::reconnect() {
    if (phase_ == Phase::List) list();
    for (const auto& transfer : transfers_)
        transfer->reconnect();
}

void ModelDownload::list() {
    phase_ = Phase::List;
    wait_.stop();
    question_ = std::make_unique<QObject>();
    api_->list(job_.repository, job_.revision, question_.get(),
               [this](const DownloadResult<RemoteRepository>& found) { takeList(found); });
    Q_EMIT progressed();
}

// The file's bytes are there, and right.
void ModelDownload::accept(const RepoFile& file) {
    const QString& commit = repository_.listing.commit;
    const auto linked = cache_.link(job_.repository, commit, file);
    if (!linked) {
        fail(linked.error());
        return;
    }
    const QString realPath = cache_.find(job_.repository, commit, file);
    verified_.insert(realPath, VerifiedStamp::of(realPath));
    doneBytes_ += file.sizeBytes;
    ++filesDone_;
    if (!file.hash) ++filesUnverified_;
    addCode(file, realPath);
    Q_EMIT fileFinished(file.path);
    Q_EMIT progressed();
}

DownloadResult<void> ModelDownload::checkSpace() {
    const QString folder = existingFolder(cache_.root());
    const qint64 needed = bytesTotal() - bytesDone();
    const qint64 freeBytes = freeBytesOf(folder);
    if (freeBytes < 0 || needed <= 0 || freeBytes >= needed + kReserveBytes) return {};
    return downloadFailure(
        DownloadFault::DiskFull,
        said(
            [] {
                return DownloadText::tr(
                    "There is not enough space in %1: %2 are still needed, %3 are free. Free "
                    "%4 and resume, or choose another folder. What was downloaded is kept.");
            },
            {folder, readableBytes(needed), readableBytes(freeBytes),
             readableBytes(needed + kReserveBytes - freeBytes)}));
}

DownloadResult<qint64> ModelDownload::heldOf(const RepoFile& file) const {
    return RangedFile::bytesThere(cache_.partPlace(job_.repository, file), file.sizeBytes);
}

void ModelDownload::beginFetching() {
    phase_ = Phase::Fetch;
    laterBytes_ = 0;
    QSet<QString> counted;
    for (const RepoFile& file : toFetch_) {
        const QString blob = cache_.blobPath(job_.repository, file);
        if (counted.contains(blob)) continue;
        counted.insert(blob);
        const auto held = heldOf(file);
        if (!held) {
            fail(held.error());
            return;
        }
        laterBytes_ += *held;
    }
    if (const auto space = checkSpace(); !space) {
        fail(space.error());
        return;
    }
    spaceTimer_.start();
    pump();
}

void ModelDownload::pump() {
    while (phase_ == Phase::Fetch) {
        if (transfers_.empty() && toFetch_.isEmpty()) {
            finish();
            return;
        }
        int used = 0;
        for (const auto& transfer : transfers_)
            used += transfer->connections();
        if (used >= connections_) return;
        const auto wanting =
            std::find_if(transfers_.begin(), transfers_.end(),
                         [](const auto& transfer) { return transfer->wantsConnection(); });
        if (wanting != transfers_.end()) {
            (*wanting)->addConnection();
        } else if (!startNext()) {
            return;
        }
    }
}

// Files with the same contents are one blob: the second waits until the first has it.
bool ModelDownload::startNext() {
    if (static_cast<int>(transfers_.size()) >= connections_ + kTransfersBesides) return false;
    const auto next = std::find_if(toFetch_.begin(), toFetch_.end(), [&](const RepoFile& file) {
        return std::none_of(transfers_.begin(), transfers_.end(), [&](const auto& transfer) {
            return HubCache::isSameBlob(transfer->file(), file);
        });
    });
    if (next == toFetch_.end()) return false;
    const RepoFile file = *next;
    toFetch_.erase(next);
    const QString path = cache_.find(job_.repository, repository_.listing.commit, file);
    if (!path.isEmpty() && verified_.value(path) == VerifiedStamp::of(path)) {
        accept(file);
    } else {
        startTransfer(file);
    }
    return true;
}

void ModelDownload::startTransfer(const RepoFile& file) {
    Transfer::Job job;
    job.repository = repository_;
    job.file = file;
    job.source = QUrl(job_.source.address());
    job.place = cache_.partPlace(job_.repository, file);
    job.blobPath = [this](const RepoFile& whole) {
        return cache_.blobPath(job_.repository, whole);
    };
    laterBytes_ -= heldOf(file).value_or(0);  // the transfer tells what cannot be read
    transfers_.push_back(std::make_unique<Transfer>(context_, *api_, std::move(job)));
    Transfer* transfer = transfers_.back().get();
    // Queued: a transfer must not find itself taken away while it speaks.
    connect(transfer, &Transfer::connectionsChanged, this, &ModelDownload::pump,
            Qt::QueuedConnection);
    connect(transfer, &Transfer::progressed, this, &ModelDownload::progressed);
    connect(transfer, &Transfer::received, this, &ModelDownload::received);
    connect(
        transfer, &Transfer::finished, this, [this, transfer] { finishTransfer(transfer); },
        Qt::QueuedConnection);
    connect(
        transfer, &Transfer::stopped, this,
        [this, transfer] {
            putBack(transfer);
            endWhenStopped();
        },
        Qt::QueuedConnection);
    connect(
        transfer, &Transfer::failed, this,
        [this, transfer](const DownloadError& error) {
            putBack(transfer);
            handle(error);
        },
        Qt::QueuedConnection);
    transfer->start();
}

std::unique_ptr<Transfer> ModelDownload::take(Transfer* transfer) {
    const auto found = std::find_if(transfers_.begin(), transfers_.end(),
                                    [&](const auto& owned) { return owned.get() == transfer; });
    if (found == transfers_.end()) return nullptr;
    std::unique_ptr<Transfer> taken = std::move(*found);
    transfers_.erase(found);
    return taken;
}

void ModelDownload::putBack(Transfer* transfer) {
    if (const auto taken = take(transfer)) laterBytes_ += taken->bytesHeld();
}

void ModelDownload::finishTransfer(Transfer* transfer) {
    const std::unique_ptr<Transfer> taken = take(transfer);
    if (!taken) return;
    const QString blob = cache_.blobPath(job_.repository, taken->file());
    written_.append(blob);
    if (phase_ == Phase::Ended) {
        own_.append(QFileInfo(blob).canonicalFilePath());
        verified_.insert(blob, VerifiedStamp::of(blob));
        endWhenStopped();
        return;
    }
    accept(taken->file());
    own_.append(cache_.find(job_.repository, repository_.listing.commit, taken->file()));
    pump();
}

void ModelDownload::finish() {
    spaceTimer_.stop();
    const QString& commit = repository_.listing.commit;
    cache_.flushLinks(job_.repository, commit, files_);
    const auto done = cache_.setRevision(job_.repository, repository_.revision, commit);
    // The name by which the Hub's own tools ask when nothing else is said.
    const auto main = done && job_.revision.isEmpty()
                          ? cache_.setRevision(job_.repository, QStringLiteral("main"), commit)
                          : done;
    if (!main) {
        fail(main.error());
        return;
    }
    phase_ = Phase::Done;
    Q_EMIT progressed();
    Q_EMIT finished();
}

void ModelDownload::handle(const DownloadError& error) {
    if (phase_ == Phase::Ended) {
        endWhenStopped();
        return;
    }
    if (error.fault == DownloadFault::Changed && !std::exchange(wasListedAgain_, true)) {
        end([this] { list(); });
        return;
    }
    fail(error);
}

void ModelDownload::end(std::function<void()> tell) {
    if (phase_ == Phase::Ended || phase_ == Phase::Done) return;
    phase_ = Phase::Ended;
    tell_ = std::move(tell);
    wait_.stop();
    spaceTimer_.stop();
    question_.reset();
    check_.reset();
    for (const auto& transfer : transfers_)
        transfer->stop();
    QMetaObject::invokeMethod(this, &ModelDownload::endWhenStopped, Qt::QueuedConnection);
}

void ModelDownload::endWhenStopped() {
    if (phase_ != Phase::Ended || !transfers_.empty() || !tell_) return;
    std::exchange(tell_, nullptr)();
}

void ModelDownload::fail(const DownloadError& error) {
    end([this, error] { Q_EMIT failed(error); });
}

}  // namespace dsm
