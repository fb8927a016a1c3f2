// HubApi: the Hugging Face Hub, or a mirror that speaks its language.
//
//   commit   HEAD {endpoint}/{repo}/resolve/{rev}/config.json        X-Repo-Commit
//   list     GET  {endpoint}/api/models/{repo}/tree/{commit}?recursive=true, by Link rel="next"
//   locate   HEAD {endpoint}/{repo}/resolve/{commit}/{file}
//
// Of a HEAD on resolve: X-Linked-Etag else ETag is the hash, X-Linked-Size else Content-Length the
// size, Location the signed address. A redirect that is relative or to the endpoint's own host is
// a renamed repository and is asked again; any other is where the file lies.
//
// Source    The Hub's documentation and its Python client.
// Ownership Borrows the HttpClient.
// Threads   Those of repository_api.h.
#pragma once

#include <memory>

#include "app/services/downloads/source/repository_api.h"

namespace dsm {

class HubApi : public RepositoryApi {
    Q_OBJECT

  public:
    HubApi(const QUrl& endpoint, HttpClient& http);

    void list(const QString& repository, const QString& revision, QObject* context,
              RepositoryDone done) override;
    void locate(const RemoteRepository& repository, const RepoFile& file, QObject* context,
                LocationDone done) override;

  private:
    struct Listing;

    QUrl resolveUrl(const QString& repository, const QString& revision, const QString& path) const;
    // Asks again through redirects of the endpoint itself; hands on any other answer.
    void askEndpoint(HttpClient::Method method, const QUrl& url, QObject* context,
                     std::function<void(const HttpAnswer&)> done, int redirects = 0);
    void listPage(const std::shared_ptr<Listing>& listing, const QUrl& url, QObject* context);

    QUrl endpoint_;
    HttpClient& http_;
};

}  // namespace dsm
