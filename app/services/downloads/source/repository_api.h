// RepositoryApi: what a source of models can be asked: which files, and where each is.
//
// Threads  The HttpClient's; an answer never comes before the call returns. Destroying `context`
//          or the api ends a question unheard.
// Errors   As http_client.h, for people. A list that is not one is WrongAnswer.
#pragma once

#include <QObject>
#include <QUrl>
#include <functional>
#include <optional>

#include "app/services/downloads/source/http_client.h"
#include "app/services/downloads/source/repository.h"

namespace dsm {

// A repository at a commit, and the name under which the source gives out its files.
struct RemoteRepository {
    QString name = {};
    QString revision = {};  // what was asked for
    QString fileRevision = {};
    RepoListing listing = {};
};

// Where a file's bytes are right now. Signed addresses expire: never kept over a restart.
struct FileLocation {
    QUrl url = {};
    std::optional<ContentHash> hash = {};  // where the source says one
    qint64 sizeBytes = -1;                 // -1: it does not say
};

class RepositoryApi : public QObject {
    Q_OBJECT

  public:
    using RepositoryDone = std::function<void(DownloadResult<RemoteRepository>)>;
    using LocationDone = std::function<void(DownloadResult<FileLocation>)>;

    // revision "": the source's own name for its newest.
    virtual void list(const QString& repository, const QString& revision, QObject* context,
                      RepositoryDone done) = 0;
    virtual void locate(const RemoteRepository& repository, const RepoFile& file, QObject* context,
                        LocationDone done) = 0;
};

}  // namespace dsm
