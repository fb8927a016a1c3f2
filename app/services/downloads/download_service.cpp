#include "app/services/downloads/download_service.h"

#include <QTimer>
#include <algorithm>
#include <utility>

#include "app/services/downloads/catalogue.h"
#include "app/services/downloads/hub_cache.h"
#include "app/services/downloads/queue_thread.h"
#include "app/services/downloads/source/http_client.h"
#include "app/services/downloads/token_store.h"
#include "app/services/program/private_file.h"

namespace dsm {
namespace {

bool isSameModel(const DownloadRequest& a, const DownloadRequest& b) {
    return a.source.kind == b.source.kind && a.source.address() == b.source.address() &&
           a.repository == b.repository && a.revision == b.revision && a.cache == b.cache;
}

// What the Hub's own tools would use for the Hub.
QString tokenOfTheEnvironment() {
    const QString token = qEnvironmentVariable("HF_TOKEN").trimmed();
    if (!token.isEmpty()) return token;
    const QString home = HubCache::folderOfEnvironment("HF_HOME");
    if (home.isEmpty()) return {};
    return QString::fromUtf8(readSmallFile(home + QStringLiteral("/token"), 4096)).trimmed();
}

}  // namespace

DownloadService::DownloadService(const QString& listFile, TokenStore& tokens, QObject* parent,
                                 Connections* connections)
    : DownloadService(DownloadSetup{.listFile = listFile, .connections = connections}, tokens,
                      parent) {}

DownloadService::DownloadService(const DownloadSetup& setup, TokenStore& tokens, QObject* parent)
    : QObject(parent), tokens_(tokens), connections_(setup.connections) {
    DownloadList list = DownloadList::load(setup.listFile);
    for (const DownloadEntry& entry : list.entries)
        downloads_.append(entry.info);
    options_ = list.options;
    licences_ = list.licences;
    own_ = list.own;
    const QStringList tokenHosts = list.tokenHosts;
    nextId_ = list.nextId;
    queue_ = std::make_unique<QueueThread>(setup, std::move(list));
    DownloadQueue& queue = queue_->queue();
    connect(&queue, &DownloadQueue::published, this, &DownloadService::take);
    connect(&queue, &DownloadQueue::finished, this, &DownloadService::finished);
    connect(&queue, &DownloadQueue::failed, this, &DownloadService::failed);
    connect(&queue, &DownloadQueue::probed, this, &DownloadService::probed);
    connect(&queue, &DownloadQueue::integrityProgressed, this,
            &DownloadService::integrityProgressed);
    connect(&queue, &DownloadQueue::integrityChecked, this, &DownloadService::integrityChecked);
    connect(&queue, &DownloadQueue::ownFilesChanged, this,
            [this](const QSet<QString>& files) { own_ = files; });
    readTokens(tokenHosts);
}

DownloadService::~DownloadService() = default;

void DownloadService::readTokens(const QStringList& rememberedHosts) {
    QStringList hosts = {Source{}.host(), Source{Source::Kind::ModelScope, {}}.host()};
    hosts += rememberedHosts;
    for (const DownloadInfo& info : std::as_const(downloads_))
        hosts.append(info.request.source.host());
    hosts.removeDuplicates();
    tokensAwaited_ = static_cast<int>(hosts.size());
    const QString hub = Source{}.host();
    for (const QString& host : std::as_const(hosts)) {
        tokens_.read(host, this, [this, host, hub](const TokenStore::Answer& answer) {
            QString token = answer.token;
            if (token.isEmpty() && host == hub) token = tokenOfTheEnvironment();
            queue_->post([host, token](DownloadQueue& queue) { queue.setToken(host, token); });
            if (--tokensAwaited_ == 0) openQueue();
        });
    }
    QTimer::singleShot(kTokenPatience, this, &DownloadService::openQueue);
}

void DownloadService::openQueue() {
    if (std::exchange(isQueueOpen_, true)) return;
    queue_->post([](DownloadQueue& queue) { queue.open(); });
}

DownloadInfo DownloadService::download(qint64 id) const {
    for (const DownloadInfo& info : downloads_)
        if (info.id == id) return info;
    return {};
}

qint64 DownloadService::refuse(const QString& message) {
    Q_EMIT failed(0, message);
    return 0;
}

qint64 DownloadService::start(const DownloadRequest& request) {
    if (!isRepositoryName(request.repository)) {
        return refuse(tr("%1 is not the name of a repository. It looks like "
                         "organisation/model.")
                          .arg(request.repository));
    }
    if (!isUsable(request.source)) {
        return refuse(tr("%1 is not the address of a source. It looks like "
                         "https://example.org.")
                          .arg(request.source.address()));
    }
    const std::optional<CatalogueEntry> entry = findInCatalogue(request.repository);
    if (entry && !isLicenceAccepted(entry->licence.name))
        return refuse(tr("Read and accept the licence of %1 first.").arg(entry->title));
    for (const DownloadInfo& info : std::as_const(downloads_)) {
        if (!isSameModel(info.request, request)) continue;
        resume(info.id);
        return info.id;
    }
    DownloadInfo info;
    info.id = nextId_++;
    info.request = request;
    downloads_.append(info);
    queue_->post([id = info.id, request](DownloadQueue& queue) { queue.add(id, request); });
    Q_EMIT downloadsChanged();
    return info.id;
}

void DownloadService::pause(qint64 id) {
    queue_->post([id](DownloadQueue& queue) { queue.pause(id); });
}

// Shown at once: a finished model that is about to be repaired must not look finished meanwhile.
void DownloadService::resume(qint64 id) {
    for (DownloadInfo& info : downloads_) {
        const bool isAtRest = info.state == DownloadState::Paused ||
                              info.state == DownloadState::Finished ||
                              info.state == DownloadState::Failed;
        if (info.id != id || !isAtRest) continue;
        info.state = DownloadState::Waiting;
        Q_EMIT downloadsChanged();
        break;
    }
    queue_->post([id](DownloadQueue& queue) { queue.resume(id); });
}

void DownloadService::cancel(qint64 id) {
    forget(id);
    queue_->post([id](DownloadQueue& queue) { queue.cancel(id); });
}

void DownloadService::remove(qint64 id) {
    forget(id);
    queue_->post([id](DownloadQueue& queue) { queue.remove(id); });
}

// A download that leaves is not there for a new start, though the queue may still speak of it.
void DownloadService::forget(qint64 id) {
    if (downloads_.removeIf([id](const DownloadInfo& info) { return info.id == id; }) == 0) return;
    leaving_.insert(id);
    Q_EMIT downloadsChanged();
}

void DownloadService::setOptions(const DownloadOptions& options) {
    const DownloadOptions wanted = clamped(options);
    if (wanted == options_) return;
    options_ = wanted;
    queue_->post([wanted](DownloadQueue& queue) { queue.setOptions(wanted); });
    Q_EMIT optionsChanged();
}

void DownloadService::probe(const Source& source, const QString& repository) {
    if (!isUsable(source) || !isRepositoryName(repository)) {
        Q_EMIT probed(source.address(), false, tr("Enter an address like https://example.org."));
        return;
    }
    queue_->post([source, repository](DownloadQueue& queue) { queue.probe(source, repository); });
}

void DownloadService::setToken(const Source& source, const QString& token) {
    const QString host = source.host();
    const QUrl address(source.address());
    if (!token.isEmpty() && address.scheme() != QLatin1String("https") && !isThisMachine(address)) {
        Q_EMIT tokenStored(host,
                           tr("A token is never sent without encryption. Use an address of %1 "
                              "that begins with https.")
                               .arg(host));
        return;
    }
    queue_->post([host, token](DownloadQueue& queue) {
        queue.setToken(host, token);
        queue.rememberTokenHost(host, !token.isEmpty());
    });
    tokens_.write(host, token, this,
                  [this, host](const QString& problem) { Q_EMIT tokenStored(host, problem); });
}

bool DownloadService::isLicenceAccepted(const QString& licence) const {
    return licences_.contains(licence);
}

void DownloadService::acceptLicence(const QString& licence) {
    if (isLicenceAccepted(licence)) return;
    licences_.append(licence);
    queue_->post([licence](DownloadQueue& queue) { queue.acceptLicence(licence); });
}

void DownloadService::checkIntegrity(const QString& folder) {
    queue_->post([folder](DownloadQueue& queue) { queue.checkIntegrity(folder); });
}

QString DownloadService::cacheFolder() const {
    return HubCache(options_.folder).root();
}

QString DownloadService::sharedCacheFolder() {
    return HubCache().root();
}

// The queue's word, except for downloads that have not reached it yet.
void DownloadService::take(const QList<DownloadInfo>& infos, qint64 knownBelow) {
    const QList<DownloadInfo> before = std::exchange(downloads_, {});
    QSet<qint64> leaving;
    for (const DownloadInfo& info : infos) {
        if (leaving_.contains(info.id)) {
            leaving.insert(info.id);
        } else {
            downloads_.append(info);
        }
    }
    leaving_ = leaving;
    for (const DownloadInfo& info : before)
        if (info.id >= knownBelow) downloads_.append(info);
    bool isOther = before.size() != downloads_.size();
    for (qsizetype i = 0; !isOther && i < downloads_.size(); ++i)
        isOther = before[i].id != downloads_[i].id || before[i].state != downloads_[i].state;
    if (isOther) Q_EMIT downloadsChanged();
    for (const DownloadInfo& info : std::as_const(downloads_)) {
        if (info.state == DownloadState::Downloading || info.state == DownloadState::Verifying ||
            info.state == DownloadState::Preparing) {
            Q_EMIT progressed(info.id);
        }
    }
}

}  // namespace dsm
