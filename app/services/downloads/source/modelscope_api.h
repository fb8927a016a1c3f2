// ModelScopeApi: modelscope.cn.
//
//   list     GET {endpoint}/api/v1/models/{id}/repo/files?Revision=master&Recursive=True
//            Data.Files[]: Path, Size, Sha256, Type ("blob")
//   file     GET {endpoint}/api/v1/models/{id}/repo?Revision=master&FilePath={path}
//
// It names no commit of the whole: the listing's own hash stands for one, so that a change there
// becomes another snapshot here.
//
// Ownership Borrows the HttpClient.
// Threads   Those of repository_api.h.
#pragma once

#include "app/services/downloads/source/repository_api.h"

namespace dsm {

class ModelScopeApi : public RepositoryApi {
    Q_OBJECT

  public:
    ModelScopeApi(const QUrl& endpoint, HttpClient& http);

    void list(const QString& repository, const QString& revision, QObject* context,
              RepositoryDone done) override;
    void locate(const RemoteRepository& repository, const RepoFile& file, QObject* context,
                LocationDone done) override;

  private:
    QUrl endpoint_;
    HttpClient& http_;
};

}  // namespace dsm
