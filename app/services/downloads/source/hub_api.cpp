#include "app/services/downloads/source/hub_api.h"

#include <QPointer>

#include "app/services/downloads/source/listing_answers.h"
#include "app/services/program/said.h"

namespace dsm {
namespace {

// A hundred times what models have. Without an end a list would fill the memory.
constexpr int kMostPages = 300;
constexpr qsizetype kMostFiles = 200'000;
constexpr qint64 kMostListedBytes = 64 << 20;

DownloadError endlessList(const QUrl& url) {
    return {DownloadFault::Unsafe,
            said(
                [] {
                    return DownloadText::tr(
                        "%1 lists more files than a model can have. Nothing was downloaded; "
                        "check the address of the source or use another one.");
                },
                {url.host()})};
}

bool isCommit(const QString& text) {
    const auto hash = ContentHash::fromHex(text);
    return hash && hash->kind == HashKind::GitBlobSha1;
}

}  // namespace

struct HubApi::Listing {
    RemoteRepository repository;
    RepositoryDone done;
    int pages = 0;
    qint64 bytes = 0;
};

HubApi::HubApi(const QUrl& endpoint, HttpClient& http) : endpoint_(endpoint), http_(http) {}

QUrl HubApi::resolveUrl(const QString& repository, const QString& revision,
                        const QString& path) const {
    const QByteArray encoded = endpoint_.toEncoded() + '/' + repository.toUtf8() + "/resolve/" +
                               QUrl::toPercentEncoding(revision) + '/' +
                               QUrl::toPercentEncoding(path, "/");
    return QUrl::fromEncoded(encoded);
}

void HubApi::askEndpoint(HttpClient::Method method, const QUrl& url, QObject* context,
                         std::function<void(const HttpAnswer&)> done, int redirects) {
    http_.ask(method, url, context,
              [this, guard = QPointer<HubApi>(this), method, context, redirects,
               done = std::move(done)](const HttpAnswer& answer) {
                  if (!guard) return;
                  const auto target =
                      answer.isRedirect() ? redirectTarget(answer) : DownloadResult<QUrl>(QUrl());
                  if (answer.isRedirect() && target && isSameOrigin(*target, endpoint_)) {
                      if (redirects < kMostRedirects) {
                          askEndpoint(method, *target, context, done, redirects + 1);
                          return;
                      }
                      HttpAnswer circle = answer;
                      circle.status = 0;
                      circle.error = tooManyRedirects(answer.url);
                      done(circle);
                      return;
                  }
                  done(answer);
              });
}

void HubApi::list(const QString& repository, const QString& revision, QObject* context,
                  RepositoryDone done) {
    auto listing = std::make_shared<Listing>();
    listing->repository.name = repository;
    listing->repository.revision = revision.isEmpty() ? QStringLiteral("main") : revision;
    listing->done = std::move(done);
    const QUrl config =
        resolveUrl(repository, listing->repository.revision, QStringLiteral("config.json"));
    askEndpoint(HttpClient::Method::Head, config, context,
                [this, listing, context](const HttpAnswer& answer) {
                    if (!answer.isRedirect() && answer.status / 100 != 2) {
                        listing->done(tl::unexpected(statusError(answer)));
                        return;
                    }
                    RemoteRepository& found = listing->repository;
                    const QString commit = QString::fromLatin1(answer.header("x-repo-commit"));
                    if (isCommit(commit)) found.listing.commit = commit.toLower();
                    // Files are asked for by commit: nothing changes under a running download.
                    found.fileRevision =
                        found.listing.commit.isEmpty() ? found.revision : found.listing.commit;
                    const QByteArray tree =
                        endpoint_.toEncoded() + "/api/models/" + found.name.toUtf8() + "/tree/" +
                        QUrl::toPercentEncoding(found.fileRevision) + "?recursive=true";
                    listPage(listing, QUrl::fromEncoded(tree), context);
                });
}

void HubApi::listPage(const std::shared_ptr<Listing>& listing, const QUrl& url, QObject* context) {
    askEndpoint(HttpClient::Method::Get, url, context,
                [this, listing, context](const HttpAnswer& answer) {
                    if (answer.status != 200) {
                        listing->done(tl::unexpected(statusError(answer)));
                        return;
                    }
                    const auto files = filesOfHubPage(answer);
                    if (!files) {
                        listing->done(tl::unexpected(files.error()));
                        return;
                    }
                    RepoListing& found = listing->repository.listing;
                    found.files.append(*files);
                    listing->bytes += answer.body.size();
                    if (++listing->pages > kMostPages || found.files.size() > kMostFiles ||
                        listing->bytes > kMostListedBytes) {
                        listing->done(tl::unexpected(endlessList(answer.url)));
                        return;
                    }
                    const auto next = nextHubPage(answer, endpoint_);
                    if (!next) {
                        listing->done(tl::unexpected(next.error()));
                        return;
                    }
                    if (!next->isEmpty()) {
                        listPage(listing, *next, context);
                        return;
                    }
                    if (found.commit.isEmpty()) found.commit = commitOfFiles(found.files);
                    listing->done(listing->repository);
                });
}

void HubApi::locate(const RemoteRepository& repository, const RepoFile& file, QObject* context,
                    LocationDone done) {
    const QUrl url = resolveUrl(repository.name, repository.fileRevision, file.path);
    askEndpoint(HttpClient::Method::Head, url, context,
                [done = std::move(done)](const HttpAnswer& answer) { done(hubLocation(answer)); });
}

}  // namespace dsm
