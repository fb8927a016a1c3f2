// Transfer: brings one file of a repository to the disk, over several connections, whatever
// happens on the way.
//
//   open -> locate -> fetch <-> wait -> verify -> finished
//                       ^                  |
//                       +----- repair -----+
//
// * A signed address that expired is asked for again; a file that changed is begun again.
// * Failures that go away by themselves are waited for (retry_policy.h); others end it at once.
// * When all bytes are there, the hash decides, whatever became of the connections that brought
// them.
// * A file whose hash the list lacks is held to the one that the source names where it says where
//   the file is. Another host's answer names none: its ETag is whatever its store makes of it.
// * The hash follows the bytes (file_hasher.h). When it is wrong, the parts whose bytes on the
//   disk are not those received are fetched again; when all are, the file is, once.
//
// Ownership Borrows the context and the api.
// Threads   The queue's.
// Errors    failed(), once; what was received stays on the disk, recorded.
#pragma once

#include <QObject>
#include <QTimer>
#include <functional>
#include <memory>
#include <vector>

#include "app/services/downloads/file/file_hasher.h"
#include "app/services/downloads/file/ranged_file.h"
#include "app/services/downloads/source/repository_api.h"
#include "app/services/downloads/transfer/download_context.h"
#include "app/services/downloads/transfer/range_fetch.h"

namespace dsm {

class Transfer : public QObject {
    Q_OBJECT

  public:
    struct Job {
        RemoteRepository repository = {};
        RepoFile file = {};
        QUrl source = {};
        RangedFile::Place place = {};
        std::function<QString(const RepoFile&)> blobPath = {};
    };

    Transfer(const DownloadContext& context, RepositoryApi& api, Job job);
    ~Transfer() override;

    // With the hash that the bytes were held to, where the list has none.
    const RepoFile& file() const { return job_.file; }
    qint64 bytesHeld() const;
    bool isVerifying() const { return phase_ == Phase::Verify; }

    void start();
    // Ends with stopped(); everything received is recorded by then.
    void stop();
    // The machine was asleep: connections are dead, and nobody's fault.
    void reconnect();

    // Another connection would help right now.
    bool wantsConnection() const;
    void addConnection();
    // In use or about to be.
    int connections() const;

  Q_SIGNALS:
    void connectionsChanged();
    void received(qint64 bytes);
    void progressed();  // held bytes or phase
    void finished();
    void stopped();
    void failed(const dsm::DownloadError& error);

  private:
    enum class Phase { New, Locate, Fetch, Wait, Verify, Ended };

    void beginHash();
    void followWithHash();
    void locateMissing();
    void locate();
    void takeLocation(const DownloadResult<FileLocation>& location);
    ByteRange nextPiece() const;
    void takeBytes(qint64 bytes);
    void goOn();
    void endFetch(RangeFetch* fetch, int failuresAtStart,
                  const std::optional<DownloadError>& error);
    void keepOnly(RangeFetch* fetch);
    bool isCompleteDespite(const DownloadError& error) const;
    void handle(const DownloadError& error);
    void handleAgain(const DownloadError& error);
    void wait(std::chrono::milliseconds time);
    void takeChange(const DownloadError& error);
    void failWithNothing(const DownloadError& error);
    void verify();
    void takeHash(const ContentHash& hash);
    void repair();
    void fetchAgain(const std::vector<ByteRange>& damaged);
    void forget(const std::vector<ByteRange>& damaged, std::function<void()> then);
    void complete();
    void end(std::function<void()> tell);
    void fail(const DownloadError& error);

    const DownloadContext& context_;
    RepositoryApi& api_;
    Job job_;
    Phase phase_ = Phase::New;
    std::unique_ptr<RangedFile> file_;
    std::unique_ptr<FileHasher> hasher_;
    std::vector<std::unique_ptr<RangeFetch>> fetches_;
    FileLocation location_;
    std::unique_ptr<QObject> question_;  // its end is the end of a question to the api
    QByteArray etag_;
    RetryPolicy retry_;
    int failures_ = 0;  // all that were counted, also those before bytes arrived again
    QTimer wait_;
    bool wasLocated_ = false;
    bool rangesWork_ = true;
    bool isSynced_ = false;  // of phase Verify
    bool isHashRight_ = false;
    std::optional<ContentHash> hash_;  // of the bytes that are held, once all are hashed
    bool mustConfirm_ = false;         // the source has to say again that the hash is right
    int changes_ = 0;
    bool wasBegunAgain_ = false;
    int repairs_ = 0;
};

}  // namespace dsm
