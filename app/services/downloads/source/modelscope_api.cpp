#include "app/services/downloads/source/modelscope_api.h"

#include <QTimer>

#include "app/services/downloads/source/listing_answers.h"

namespace dsm {

ModelScopeApi::ModelScopeApi(const QUrl& endpoint, HttpClient& http)
    : endpoint_(endpoint), http_(http) {}

void ModelScopeApi::list(const QString& repository, const QString& revision, QObject* context,
                         RepositoryDone done) {
    RemoteRepository found;
    found.name = repository;
    found.revision = revision.isEmpty() ? QStringLiteral("master") : revision;
    found.fileRevision = found.revision;
    const QByteArray url = endpoint_.toEncoded() + "/api/v1/models/" + repository.toUtf8() +
                           "/repo/files?Revision=" + QUrl::toPercentEncoding(found.revision) +
                           "&Recursive=True";
    http_.ask(HttpClient::Method::Get, QUrl::fromEncoded(url), context,
              [found, done = std::move(done)](const HttpAnswer& answer) mutable {
                  if (answer.status != 200) {
                      done(tl::unexpected(statusError(answer)));
                      return;
                  }
                  auto listing = modelScopeListing(answer);
                  if (!listing) {
                      done(tl::unexpected(listing.error()));
                      return;
                  }
                  found.listing = std::move(*listing);
                  done(found);
              });
}

void ModelScopeApi::locate(const RemoteRepository& repository, const RepoFile& file,
                           QObject* context, LocationDone done) {
    FileLocation location;
    const QByteArray url = endpoint_.toEncoded() + "/api/v1/models/" + repository.name.toUtf8() +
                           "/repo?Revision=" + QUrl::toPercentEncoding(repository.fileRevision) +
                           "&FilePath=" + QUrl::toPercentEncoding(file.path);
    location.url = QUrl::fromEncoded(url);
    QTimer::singleShot(0, context, [location, done = std::move(done)] { done(location); });
}

}  // namespace dsm
