// DownloadService: the downloads of models, for the windows.
//
// A download is started once and goes on until it is finished, over lost connections, restarts of
// the program and of the machine; what was received is kept in every case. Downloads run one at a
// time, in the order they were started; each uses all connections.
//
// Ownership Owns the queue and its thread.
// Threads   All methods and signals on the main thread, which never waits for the network or the
//           disk: the queue lives on a thread of its own. Destroying the service stops it and
//           waits until everything received is recorded, a fraction of a second.
// Errors    DownloadInfo::error and failed() carry whole sentences that say what to do. start()
//           refuses with one, too.
#pragma once

#include <QObject>
#include <QSet>
#include <QStringList>
#include <chrono>
#include <memory>

#include "app/services/downloads/download_types.h"

namespace dsm {

class QueueThread;
class TokenStore;
class Connections;
struct DownloadSetup;

class DownloadService : public QObject {
    Q_OBJECT

  public:
    // `listFile` remembers the downloads. Those that were under way go on as soon as the tokens
    // are read, unless the options say otherwise.
    // `connections` is told of each and outlives this; nullptr: nobody is.
    DownloadService(const QString& listFile, TokenStore& tokens, QObject* parent = nullptr,
                    Connections* connections = nullptr);
    // With other times and disks, for tests.
    DownloadService(const DownloadSetup& setup, TokenStore& tokens, QObject* parent = nullptr);
    ~DownloadService() override;

    Connections* connections() const { return connections_; }
    QList<DownloadInfo> downloads() const { return downloads_; }
    DownloadInfo download(qint64 id) const;  // id 0: no such

    // Returns the download's id. The same model asked for again is the same download, resumed. 0,
    // with failed(0, why), for what cannot be started.
    qint64 start(const DownloadRequest& request);
    void pause(qint64 id);
    // Also after a failure.
    void resume(qint64 id);
    // Stops it and deletes what it has written, unless it had finished.
    void cancel(qint64 id);
    // Forgets it; what is on the disk stays, and a new start goes on from there.
    void remove(qint64 id);

    DownloadOptions options() const { return options_; }
    // Brought into its bounds; takes effect at once. Changing the folder moves nothing.
    void setOptions(const DownloadOptions& options);

    // Asks a source whether it has the repository. Ends in probed().
    void probe(const Source& source, const QString& repository);

    // Kept in the system's keyring, for this source's host only; "" takes it away. Ends in
    // tokenStored().
    void setToken(const Source& source, const QString& token);

    bool isLicenceAccepted(const QString& licence) const;
    void acceptLicence(const QString& licence);

    // Reads the files of a model's folder again and compares them with the hashes they were
    // published with, as far as those are known (known_hashes.h). Ends in integrityChecked(); what
    // is damaged in a cache is fetched again when the download is started or resumed.
    void checkIntegrity(const QString& folder);

    // What this program has put into caches, by real path; the rest is others'.
    const QSet<QString>& ownFiles() const { return own_; }

    // A keyring that does not answer, because it waits for a password, does not hold up the rest.
    static constexpr std::chrono::seconds kTokenPatience{3};

    // The options' folder, or where the Hub's tools keep their models.
    QString cacheFolder() const;
    static QString sharedCacheFolder();  // the latter

  Q_SIGNALS:
    void downloadsChanged();     // members, order or states
    void progressed(qint64 id);  // at most ten times a second
    void finished(qint64 id, const QString& folder);
    void failed(qint64 id, const QString& message);
    void optionsChanged();
    void probed(const QString& address, bool isUsable, const QString& message);
    void tokenStored(const QString& host, const QString& problem);  // "": no problem
    void integrityProgressed(const QString& folder, qint64 bytesDone, qint64 bytesTotal);
    void integrityChecked(const QString& folder, const QStringList& damaged,
                          const QStringList& unknown);

  private:
    void readTokens(const QStringList& rememberedHosts);
    void openQueue();
    void take(const QList<DownloadInfo>& infos, qint64 knownBelow);
    qint64 refuse(const QString& message);
    void forget(qint64 id);

    TokenStore& tokens_;
    Connections* connections_;
    std::unique_ptr<QueueThread> queue_;
    QList<DownloadInfo> downloads_;
    QSet<qint64> leaving_;  // removed here, and still in the queue's list
    DownloadOptions options_;
    QSet<QString> own_;
    QStringList licences_;
    qint64 nextId_ = 1;
    int tokensAwaited_ = 0;
    bool isQueueOpen_ = false;
};

}  // namespace dsm
