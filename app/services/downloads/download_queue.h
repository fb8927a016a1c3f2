// DownloadQueue: the downloads in their order, one at a time, on the thread of downloads.
//
// It owns what they share: connections, the speed limit, the threads for disk and hashing, and the
// list on the disk. DownloadService is its face on the main thread.
//
// Threads  The one it lives on; it is made there, too.
// Errors   In the entries, for people.
#pragma once

#include <QObject>
#include <QTimer>
#include <functional>
#include <memory>

#include "app/services/downloads/download_list.h"
#include "app/services/downloads/hub_cache.h"
#include "app/services/downloads/integrity_check.h"
#include "app/services/downloads/model_download.h"
#include "app/services/downloads/source/source_probe.h"
#include "app/services/downloads/transfer/speed_meter.h"
#include "app/services/downloads/transfer/suspend_watch.h"

namespace dsm {

struct DownloadSetup {
    QString listFile = {};
    DownloadTimes times = {};
    SuspendWatch::SleepClock sleepClock = &SuspendWatch::timeAsleep;
    std::chrono::milliseconds sleepInterval{2'000};
    Connections* connections = nullptr;  // as in http_client.h
};

class DownloadQueue : public QObject {
    Q_OBJECT

  public:
    static constexpr int kPublishMs = 100;

    DownloadQueue(DownloadSetup setup, DownloadList list);
    ~DownloadQueue() override;

    void open();
    // Everything received is on the disk when `done` is called.
    void shutDown(std::function<void()> done);

    void add(qint64 id, const DownloadRequest& request);
    void pause(qint64 id);
    void resume(qint64 id);
    // Stops it and takes away what it has written.
    void cancel(qint64 id);
    // Takes it from the list; nothing on the disk changes.
    void remove(qint64 id);
    void setOptions(const DownloadOptions& options);
    void setToken(const QString& host, const QString& token);
    // Of which hosts the keyring is asked at the next start.
    void rememberTokenHost(const QString& host, bool hasToken);
    void acceptLicence(const QString& name);
    void probe(const Source& source, const QString& repository);
    void checkIntegrity(const QString& folder);

  Q_SIGNALS:
    // At least kPublishMs apart. Downloads with an id below `knownBelow` and not in the list are
    // gone; others have not been added yet.
    void published(const QList<dsm::DownloadInfo>& infos, qint64 knownBelow);
    void finished(qint64 id, const QString& folder);
    void failed(qint64 id, const QString& message);
    void probed(const QString& address, bool isUsable, const QString& message);
    // All files that the program put into caches.
    void ownFilesChanged(const QSet<QString>& files);
    void integrityProgressed(const QString& folder, qint64 bytesDone, qint64 bytesTotal);
    void integrityChecked(const QString& folder, const QStringList& damaged,
                          const QStringList& unknown);

  private:
    void next();
    void begin(DownloadEntry& entry);
    void takeFinish(qint64 id);
    void takeFailure(qint64 id, const DownloadError& error);
    void takeProgress();
    // Stops the active download, then goes on with `then`.
    void stopActive(std::function<void()> then);
    void letGoActive();
    HubCache cacheOf(const DownloadEntry& entry) const;
    void removeFiles(const DownloadEntry& entry);
    void forgetLostFiles();
    void takeCheck(const IntegrityCheck& check);
    void takeFromList(qint64 id);
    void applyOptions();
    void changed();
    void publish();
    void save();

    DownloadSetup setup_;
    DownloadList list_;
    HttpClient http_;
    RateLimiter limiter_;
    UnflushedBytes unflushed_;
    WorkThread disk_;
    WorkThread hashing_;
    DownloadContext context_;
    std::unique_ptr<HubCache> cache_;  // of the active download
    SuspendWatch suspend_;
    SpeedMeter speed_;
    QTimer publishTimer_;
    QTimer saveTimer_;
    QTimer saveSoonTimer_;
    std::unique_ptr<ModelDownload> active_;
    qint64 activeId_ = 0;
    std::function<void()> afterStop_;
    IntegrityChecks checks_;
    SourceProbe probe_;
    bool isOpen_ = false;
};

}  // namespace dsm
