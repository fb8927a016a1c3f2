#include "app/services/downloads/download_queue.h"

#include <QElapsedTimer>
#include <QFileInfo>
#include <QSet>
#include <algorithm>
#include <utility>

#include "app/services/downloads/cancelled_files.h"

namespace dsm {
namespace {

constexpr int kSaveMs = 5'000;
// After a file: the list grows with the files, so it is not written for each of very many.
constexpr int kSaveSoonMs = 500;
// A list of very many files takes long to write: a twentieth of the time at most.
constexpr int kSavePart = 20;

}  // namespace

DownloadQueue::DownloadQueue(DownloadSetup setup, DownloadList list)
    : setup_(std::move(setup)),
      list_(std::move(list)),
      context_{http_, limiter_, unflushed_, disk_, hashing_, setup_.times},
      suspend_(setup_.sleepClock, setup_.sleepInterval),
      checks_(hashing_),
      probe_(http_) {
    http_.setTimeout(setup_.times.answer);
    http_.setConnections(setup_.connections);
    publishTimer_.setSingleShot(true);
    publishTimer_.setInterval(kPublishMs);
    connect(&publishTimer_, &QTimer::timeout, this, &DownloadQueue::publish);
    saveTimer_.setInterval(kSaveMs);
    connect(&saveTimer_, &QTimer::timeout, this, [this] {
        takeProgress();
        save();
    });
    saveSoonTimer_.setSingleShot(true);
    saveSoonTimer_.setInterval(kSaveSoonMs);
    connect(&saveSoonTimer_, &QTimer::timeout, this, [this] {
        takeProgress();
        save();
    });
    connect(&suspend_, &SuspendWatch::wokeUp, this, [this] {
        if (active_) active_->reconnect();
    });
    connect(&probe_, &SourceProbe::answered, this, &DownloadQueue::probed);
    connect(&checks_, &IntegrityChecks::progressed, this, &DownloadQueue::integrityProgressed);
    connect(&checks_, &IntegrityChecks::finished, this, &DownloadQueue::takeCheck);
    for (DownloadEntry& entry : list_.entries) {
        if (isWanted(entry.info.state)) {
            entry.info.state =
                list_.options.resumesAtStart ? DownloadState::Waiting : DownloadState::Paused;
        }
    }
    applyOptions();
}

DownloadQueue::~DownloadQueue() = default;

void DownloadQueue::open() {
    isOpen_ = true;
    forgetLostFiles();
    changed();
    next();
}

void DownloadQueue::shutDown(std::function<void()> done) {
    isOpen_ = false;
    checks_.clear();
    probe_.clear();
    stopActive([this, done = std::move(done)] {
        save();
        done();
    });
}

void DownloadQueue::add(qint64 id, const DownloadRequest& request) {
    DownloadEntry entry;
    entry.info.id = id;
    entry.info.request = request;
    list_.entries.append(entry);
    list_.nextId = std::max(list_.nextId, id + 1);
    save();
    changed();
    next();
}

void DownloadQueue::pause(qint64 id) {
    DownloadEntry* entry = list_.find(id);
    if (entry == nullptr) return;
    const bool triesAgain = entry->info.state == DownloadState::Failed && entry->info.triesAgain;
    if (!isWanted(entry->info.state) && !triesAgain) return;
    const auto become = [this, id] {
        DownloadEntry* paused = list_.find(id);
        if (paused == nullptr) return;
        paused->info.state = DownloadState::Paused;
        paused->info.triesAgain = false;
        save();
        changed();
        next();
    };
    if (activeId_ == id) {
        stopActive(become);
    } else {
        become();
    }
}

void DownloadQueue::resume(qint64 id) {
    DownloadEntry* entry = list_.find(id);
    if (entry == nullptr || isWanted(entry->info.state)) return;
    entry->info.state = DownloadState::Waiting;
    entry->info.error.clear();
    entry->info.triesAgain = false;
    save();
    changed();
    next();
}

void DownloadQueue::cancel(qint64 id) {
    const auto become = [this, id] {
        if (DownloadEntry* entry = list_.find(id)) removeFiles(*entry);
        takeFromList(id);
    };
    if (activeId_ == id) {
        stopActive(become);
    } else {
        become();
    }
}

void DownloadQueue::remove(qint64 id) {
    if (activeId_ == id) {
        stopActive([this, id] { takeFromList(id); });
    } else {
        takeFromList(id);
    }
}

void DownloadQueue::takeFromList(qint64 id) {
    list_.entries.removeIf([&](const DownloadEntry& entry) { return entry.info.id == id; });
    save();
    changed();
    next();
}

HubCache DownloadQueue::cacheOf(const DownloadEntry& entry) const {
    const QString& own = entry.info.request.cache;
    return HubCache(own.isEmpty() ? list_.options.folder : own);
}

// What was deleted since, here or by others.
void DownloadQueue::forgetLostFiles() {
    const auto isLost = [](const QString& path) { return !QFileInfo::exists(path); };
    list_.own.removeIf(isLost);
    list_.verified.removeIf(
        [&](const VerifiedFiles::iterator& item) { return isLost(item.key()); });
    Q_EMIT ownFilesChanged(list_.own);
}

// Not of a finished one: that is a model, which is deleted by the library, which asks.
void DownloadQueue::removeFiles(const DownloadEntry& entry) {
    if (entry.info.state == DownloadState::Finished) return;
    for (const QString& blob : entry.written) {
        list_.verified.remove(blob);
        list_.own.remove(QFileInfo(blob).canonicalFilePath());
    }
    removeCancelledFiles(cacheOf(entry), entry.info.request.repository, entry.written);
}

void DownloadQueue::setOptions(const DownloadOptions& options) {
    const bool isElsewhere = options.folder != list_.options.folder;
    list_.options = clamped(options);
    save();
    if (isElsewhere && active_) {
        stopActive([this] {
            applyOptions();
            next();
        });
    } else {
        applyOptions();
    }
}

void DownloadQueue::applyOptions() {
    limiter_.setBytesPerSecond(list_.options.bytesPerSecond);
    http_.setProxy(list_.options.proxy);
    if (active_) active_->setConnections(list_.options.connections);
}

void DownloadQueue::setToken(const QString& host, const QString& token) {
    http_.setToken(host, token);
}

void DownloadQueue::rememberTokenHost(const QString& host, bool hasToken) {
    if (list_.tokenHosts.contains(host) == hasToken) return;
    if (hasToken) {
        list_.tokenHosts.append(host);
    } else {
        list_.tokenHosts.removeAll(host);
    }
    save();
}

void DownloadQueue::acceptLicence(const QString& name) {
    if (list_.licences.contains(name)) return;
    list_.licences.append(name);
    save();
}

void DownloadQueue::changed() {
    if (!publishTimer_.isActive()) publishTimer_.start();
}

void DownloadQueue::publish() {
    takeProgress();
    QList<DownloadInfo> infos;
    for (const DownloadEntry& entry : list_.entries)
        infos.append(entry.info);
    Q_EMIT published(infos, list_.nextId);
    // A speed that fell to nothing must be shown, too.
    if (active_ && speed_.bytesPerSecond() > 0) changed();
}

void DownloadQueue::save() {
    QElapsedTimer timer;
    timer.start();
    if (const auto saved = list_.save(setup_.listFile); !saved)
        qWarning("The list of downloads was not saved: %s", qUtf8Printable(saved.error().message));
    const auto pause = static_cast<int>(std::min<qint64>(timer.elapsed(), 60'000)) * kSavePart;
    saveTimer_.setInterval(std::max(kSaveMs, pause));
    saveSoonTimer_.setInterval(std::max(kSaveSoonMs, pause));
}

void DownloadQueue::probe(const Source& source, const QString& repository) {
    probe_.ask(source, repository);
}

void DownloadQueue::checkIntegrity(const QString& folder) {
    checks_.add(folder);
}

void DownloadQueue::takeCheck(const IntegrityCheck& check) {
    // What is known to be wrong is hashed again, whatever its date says.
    for (const CachedFile& file : check.snapshot().files)
        if (check.damaged().contains(file.path)) list_.verified.remove(file.realPath);
    save();
    Q_EMIT integrityChecked(check.snapshot().folder, check.damaged(), check.unknown());
}

}  // namespace dsm
