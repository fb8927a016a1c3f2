#include "app/services/downloads/modelscope_api.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTimer>
#include <QUrlQuery>

namespace dsm {
namespace {

DownloadResult<RepoListing> listingOf(const HttpAnswer& answer) {
    const QJsonObject whole = QJsonDocument::fromJson(answer.body).object();
    const QJsonValue files =
        whole.value(QLatin1String("Data")).toObject().value(QLatin1String("Files"));
    if (!files.isArray()) {
        return downloadFailure(
            DownloadFault::WrongAnswer,
            DownloadText::tr("%1 answers with something that is not a list of files. Sign in to "
                             "the network if it asks for that (open any page in a browser), or "
                             "check the address of the source.")
                .arg(answer.url.host()));
    }
    RepoListing listing;
    for (const QJsonValue& value : files.toArray()) {
        const QJsonObject entry = value.toObject();
        if (entry.value(QLatin1String("Type")).toString() != QLatin1String("blob")) continue;
        RepoFile file;
        file.path = entry.value(QLatin1String("Path")).toString();
        file.sizeBytes = entry.value(QLatin1String("Size")).toInteger(-1);
        file.hash = ContentHash::fromHex(entry.value(QLatin1String("Sha256")).toString());
        listing.files.append(file);
    }
    listing.commit = commitOfFiles(listing.files);
    return listing;
}

}  // namespace

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
                  auto listing = listingOf(answer);
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
