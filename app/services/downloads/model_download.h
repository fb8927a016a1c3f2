// ModelDownload: brings one repository into the cache: lists it, checks the space and what is
// there already, fetches the rest, and makes the snapshot.
//
//   List -> Check -> Fetch -> Done
//
// A file that is there is hashed before it counts, unless `verified` knows it unchanged since. A
// file enters the snapshot when its hash is right, the revision's ref when the snapshot is
// complete. When the source changed meanwhile it is listed again, once. Code that the configuration
// names follows when the configuration is there.
//
// Ownership Borrows the context and the cache.
// Threads   The queue's.
// Errors    failed(), once, after everything received is on the disk.
#pragma once

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QTimer>
#include <memory>
#include <vector>

#include "app/services/downloads/file/file_hasher.h"
#include "app/services/downloads/hub_cache.h"
#include "app/services/downloads/source/repository_api.h"
#include "app/services/downloads/source/source.h"
#include "app/services/downloads/transfer/download_context.h"
#include "app/services/downloads/transfer/transfer.h"

namespace dsm {

// What a file looked like when its hash was found right.
struct VerifiedStamp {
    qint64 sizeBytes = 0;
    qint64 modifiedMs = 0;

    bool operator==(const VerifiedStamp&) const = default;
    static VerifiedStamp of(const QString& path);
};
using VerifiedFiles = QHash<QString, VerifiedStamp>;  // by real path

class ModelDownload : public QObject {
    Q_OBJECT

  public:
    enum class Phase { New, List, Check, Fetch, Done, Ended };

    struct Job {
        Source source = {};
        QString repository = {};
        QString revision = {};  // "": the source's own
    };

    ModelDownload(const DownloadContext& context, const HubCache& cache, VerifiedFiles& verified,
                  Job job);
    ~ModelDownload() override;

    void start();
    // Ends with stopped().
    void stop();
    void reconnect();
    void setConnections(int connections);

    Phase phase() const { return phase_; }
    bool isVerifying() const;
    qint64 bytesDone() const;
    qint64 bytesTotal() const { return bytesTotal_; }
    qint64 filesDone() const { return filesDone_; }
    qint64 filesTotal() const { return files_.size(); }
    QString snapshotFolder() const;
    // Of how many files the source names no hash: their sizes are right, and no more is known.
    qint64 filesUnverified() const { return filesUnverified_; }
    // Real paths of the blobs this download wrote.
    const QStringList& written() const { return written_; }
    // The same files under the names they have in the end, where there are no links.
    const QStringList& own() const { return own_; }

    static constexpr int kMostConnections = 6;  // as many as Qt opens to one host

  Q_SIGNALS:
    void progressed();
    void received(qint64 bytes);
    void fileFinished(const QString& path);
    void finished();
    void stopped();
    void failed(const dsm::DownloadError& error);

  private:
    void list();
    void takeList(const DownloadResult<RemoteRepository>& repository);
    void place(const RepoFile& file);
    void addCode(const RepoFile& file, const QString& realPath);
    void checkNext();
    void takeCheck(const RepoFile& file, const ContentHash& hash);
    DownloadResult<void> checkSpace();
    void beginFetching();
    void pump();
    bool startNext();
    void startTransfer(const RepoFile& file);
    void finishTransfer(Transfer* transfer);
    std::unique_ptr<Transfer> take(Transfer* transfer);
    void putBack(Transfer* transfer);
    void accept(const RepoFile& file);
    void finish();
    void handle(const DownloadError& error);
    void end(std::function<void()> tell);
    void endWhenStopped();
    void fail(const DownloadError& error);
    DownloadResult<qint64> heldOf(const RepoFile& file) const;

    const DownloadContext& context_;
    const HubCache& cache_;
    VerifiedFiles& verified_;
    Job job_;
    std::unique_ptr<RepositoryApi> api_;
    std::unique_ptr<QObject> question_;
    Phase phase_ = Phase::New;
    RetryPolicy retry_;
    QTimer wait_;
    QTimer spaceTimer_;
    RemoteRepository repository_;
    QList<RepoFile> files_;    // chosen
    QList<RepoFile> toCheck_;  // there, and not known to be right
    QList<RepoFile> toFetch_;
    std::unique_ptr<FileHasher> check_;
    std::vector<std::unique_ptr<Transfer>> transfers_;
    QStringList written_;
    QStringList own_;
    qint64 bytesTotal_ = 0;
    qint64 doneBytes_ = 0;   // of finished files
    qint64 laterBytes_ = 0;  // held of files whose turn has not come
    qint64 filesDone_ = 0;
    qint64 filesUnverified_ = 0;
    int connections_ = 4;
    bool wasListedAgain_ = false;
    std::function<void()> tell_;  // once the last transfer has stopped
};

}  // namespace dsm
