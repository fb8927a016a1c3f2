// HubServer: a server on this machine that speaks the Hub's and ModelScope's protocol, with large
// files on a second host, and misbehaves as a script says.
//
//   hub()   http://127.0.0.1:<port>   lists, resolves, small files; ModelScope under /api/v1
//   cdn()   http://127.0.0.2:<port>   large files, at addresses that are signed and expire
//
// What it answers where it behaves is hub_answers.h.
//
// Threads  Runs on a thread of its own; all methods may be called from any.
#pragma once

#include <QList>
#include <QMutex>
#include <QString>
#include <QThread>
#include <atomic>
#include <functional>

#include "tests/app/services/downloads/hub_answers.h"
#include "tests/app/services/downloads/served_file.h"

namespace dsm::test {

class HubServer {
  public:
    // Of the faults: called on the server's thread for every request, with no lock held.
    using Script = std::function<Misdeed(const ServedRequest&)>;

    explicit HubServer(const QString& repository = QStringLiteral("test-org/test-model"));
    ~HubServer();

    QString repository() const;
    QString commit() const;
    QString hub() const;
    QString cdn() const;

    void add(const ServedFile& file);
    // The small files of a checkpoint and one large one.
    void addModel(qint64 weightBytes);
    QList<ServedFile> files() const;
    ServedFile file(const QString& path) const;

    void setScript(Script script);
    void setPageSize(int entries);
    // Signed addresses handed out until now answer 403.
    void expireAddresses();
    void setBytesPerSecond(qint64 perConnection);
    void replaceCommit(const QString& commit);

    QList<ServedRequest> requests() const;
    int count(const std::function<bool(const ServedRequest&)>& matches) const;
    qint64 bytesSent() const { return bytesSent_; }
    void clearRequests();

  private:
    friend class Connection;

    mutable QMutex mutex_;
    HubState state_;
    Script script_;
    QList<ServedRequest> requests_;
    int requestCount_ = 0;
    std::atomic<qint64> bytesSent_{0};
    std::atomic<qint64> bytesPerSecond_{0};
    quint16 hubPort_ = 0;
    quint16 cdnPort_ = 0;
    QThread thread_;
};

}  // namespace dsm::test
