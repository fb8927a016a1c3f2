#include "app/services/downloads/source/source_probe.h"

#include "app/services/downloads/source/source_api.h"
#include "app/services/program/readable_bytes.h"

namespace dsm {

void SourceProbe::ask(const Source& source, const QString& repository) {
    asked_.push_back(apiOf(source, http_));
    RepositoryApi* api = asked_.back().get();
    api->list(repository, {}, api,
              [this, api, source](const DownloadResult<RemoteRepository>& found) {
                  const DownloadResult<QString> description = describe(source, found);
                  Q_EMIT answered(source.address(), description.has_value(),
                                  description ? *description : description.error().message);
                  // The api is in the middle of this call: it goes later.
                  for (auto& owned : asked_)
                      if (owned.get() == api) owned.release()->deleteLater();
                  std::erase(asked_, nullptr);
              });
}

DownloadResult<QString> SourceProbe::describe(const Source& source,
                                              const DownloadResult<RemoteRepository>& found) {
    if (!found) return tl::unexpected(found.error());
    const DownloadResult<QList<RepoFile>> files = chooseFiles(found->listing.files);
    if (!files) return tl::unexpected(files.error());
    qint64 bytes = 0;
    for (const RepoFile& file : *files)
        bytes += file.sizeBytes;
    return DownloadText::tr("%1 has this model: %n files, %2.", nullptr,
                            static_cast<int>(files->size()))
        .arg(source.host(), readableBytes(bytes));
}

}  // namespace dsm
