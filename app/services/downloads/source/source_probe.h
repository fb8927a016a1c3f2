// SourceProbe: asks sources whether they have a repository, and says so in words for people.
//
// Threads  The one it lives on.
// Ownership Owns the questions that are under way; destroying it ends them unheard.
#pragma once

#include <QObject>
#include <memory>
#include <vector>

#include "app/services/downloads/source/repository_api.h"
#include "app/services/downloads/source/source.h"

namespace dsm {

class SourceProbe : public QObject {
    Q_OBJECT

  public:
    explicit SourceProbe(HttpClient& http) : http_(http) {}

    void ask(const Source& source, const QString& repository);
    // Nobody waits for the answers any more.
    void clear() { asked_.clear(); }

  Q_SIGNALS:
    // The address of the source; its files and their size, or why it cannot be used.
    void answered(const QString& address, bool isUsable, const QString& message);

  private:
    static DownloadResult<QString> describe(const Source& source,
                                            const DownloadResult<RemoteRepository>& found);

    HttpClient& http_;
    std::vector<std::unique_ptr<RepositoryApi>> asked_;
};

}  // namespace dsm
