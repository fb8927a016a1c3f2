// The download that runs: begun, watched, stopped, and what becomes of it.
#include <QSet>
#include <QTimer>
#include <algorithm>
#include <utility>

#include "app/services/downloads/download_queue.h"

namespace dsm {

void DownloadQueue::next() {
    if (!isOpen_ || active_) return;
    const auto waiting = std::find_if(
        list_.entries.begin(), list_.entries.end(),
        [](const DownloadEntry& entry) { return entry.info.state == DownloadState::Waiting; });
    if (waiting != list_.entries.end()) begin(*waiting);
}

void DownloadQueue::begin(DownloadEntry& entry) {
    const qint64 id = entry.info.id;
    activeId_ = id;
    entry.info.state = DownloadState::Preparing;
    entry.info.error.clear();
    speed_.reset();
    const DownloadRequest& request = entry.info.request;
    cache_ = std::make_unique<HubCache>(cacheOf(entry));
    active_ = std::make_unique<ModelDownload>(
        context_, *cache_, list_.verified,
        ModelDownload::Job{request.source, request.repository, request.revision});
    ModelDownload* download = active_.get();
    download->setConnections(list_.options.connections);
    connect(download, &ModelDownload::progressed, this, &DownloadQueue::changed);
    connect(download, &ModelDownload::received, this, [this](qint64 bytes) { speed_.add(bytes); });
    connect(download, &ModelDownload::fileFinished, this, [this] {
        if (!saveSoonTimer_.isActive()) saveSoonTimer_.start();
    });
    // Queued: a download must not find itself taken away while it speaks.
    connect(
        download, &ModelDownload::finished, this, [this, id] { takeFinish(id); },
        Qt::QueuedConnection);
    connect(
        download, &ModelDownload::failed, this,
        [this, id](const DownloadError& error) { takeFailure(id, error); }, Qt::QueuedConnection);
    connect(
        download, &ModelDownload::stopped, this,
        [this, id] {
            if (activeId_ == id) letGoActive();
        },
        Qt::QueuedConnection);
    saveTimer_.start();
    changed();
    download->start();
}

void DownloadQueue::stopActive(std::function<void()> then) {
    if (!active_) {
        then();
        return;
    }
    if (afterStop_) {  // asked to stop twice: both go on
        afterStop_ = [first = std::move(afterStop_), then = std::move(then)] {
            first();
            then();
        };
        return;
    }
    afterStop_ = std::move(then);
    active_->stop();
}

// The active download is at its end, whichever; who waited for that goes on.
void DownloadQueue::letGoActive() {
    takeProgress();
    if (DownloadEntry* entry = list_.find(activeId_)) {
        QSet<QString> known(entry->written.begin(), entry->written.end());
        for (const QString& blob : active_->written()) {
            if (known.contains(blob)) continue;
            known.insert(blob);
            entry->written.append(blob);
        }
        for (const QString& file : active_->own())
            list_.own.insert(file);
        if (!active_->own().isEmpty()) Q_EMIT ownFilesChanged(list_.own);
        entry->info.bytesPerSecond = 0;
        entry->info.secondsLeft = -1;
        if (isWanted(entry->info.state)) entry->info.state = DownloadState::Waiting;
    }
    active_.reset();
    activeId_ = 0;
    saveTimer_.stop();
    if (auto then = std::exchange(afterStop_, nullptr)) then();
}

void DownloadQueue::takeFinish(qint64 id) {
    if (activeId_ != id) return;
    takeProgress();
    const QString folder = active_->snapshotFolder();
    if (DownloadEntry* entry = list_.find(id)) {
        entry->info.state = DownloadState::Finished;
        entry->info.folder = folder;
    }
    letGoActive();
    // From here on they are a model, which a later cancel of the same download leaves alone.
    if (DownloadEntry* entry = list_.find(id)) entry->written.clear();
    save();
    publish();  // who hears of the end finds it in the list
    Q_EMIT finished(id, folder);
    next();
}

void DownloadQueue::takeFailure(qint64 id, const DownloadError& error) {
    if (activeId_ != id) return;
    const bool triesAgain = setup_.times.tryAgain.count() > 0 && !afterStop_ && isOpen_ &&
                            isWorthAnotherTry(error.fault);
    takeProgress();
    if (DownloadEntry* entry = list_.find(id)) {
        entry->info.state = DownloadState::Failed;
        entry->info.error = error.message;
        entry->info.triesAgain = triesAgain;
    }
    letGoActive();
    save();
    publish();
    Q_EMIT failed(id, error.message);
    if (triesAgain) {
        QTimer::singleShot(std::max(setup_.times.tryAgain, error.retryAfter), this, [this, id] {
            const DownloadEntry* entry = list_.find(id);
            if (entry != nullptr && entry->info.triesAgain) resume(id);
        });
    }
    next();
}

void DownloadQueue::takeProgress() {
    DownloadEntry* entry = active_ ? list_.find(activeId_) : nullptr;
    if (entry == nullptr) return;
    DownloadInfo& info = entry->info;
    if (active_->bytesTotal() > 0) {
        info.bytesDone = active_->bytesDone();
        info.bytesTotal = active_->bytesTotal();
        info.filesDone = active_->filesDone();
        info.filesTotal = active_->filesTotal();
        info.filesUnverified = active_->filesUnverified();
    }
    info.bytesPerSecond = speed_.bytesPerSecond();
    info.secondsLeft =
        info.bytesPerSecond >= 1
            ? static_cast<qint64>(static_cast<double>(info.bytesTotal - info.bytesDone) /
                                  info.bytesPerSecond)
            : -1;
    if (!isWanted(info.state)) return;
    info.state = DownloadState::Downloading;
    if (active_->isVerifying()) info.state = DownloadState::Verifying;
    if (active_->phase() <= ModelDownload::Phase::List) info.state = DownloadState::Preparing;
}

}  // namespace dsm
