// HubServer: a server on this machine that speaks the Hub's and ModelScope's protocol, with large
// files on a second host, and misbehaves as a script says.
//
//   hub()   http://127.0.0.1:<port>   lists, resolves, small files; ModelScope under /api/v1
//   cdn()   http://127.0.0.2:<port>   large files, at addresses that are signed and expire
//
// Contents are made on the fly from a seed: a file of any size costs no memory.
//
// Threads  Runs on a thread of its own; all methods may be called from any.
#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QMutex>
#include <QString>
#include <QThread>
#include <QUrl>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>

#include "app/services/downloads/file/content_hash.h"

namespace dsm::test {

struct ServedFile {
    QString path = {};
    qint64 sizeBytes = 0;
    quint64 seed = 0;
    bool isLarge = false;     // on the second host, named by its sha256
    bool isSparse = false;    // nearly all zeros
    QByteArray bytes = {};    // instead of made ones
    QString listedHash = {};  // "" is the right one

    ContentHash hash() const;
    // `most` bytes at `offset`, fewer where a block or the file ends; valid until the next call
    // on the same thread.
    QByteArrayView content(qint64 offset, qint64 most) const;
};

struct ServedRequest {
    QByteArray method = {};
    QByteArray path = {};  // decoded
    QByteArray query = {};
    QHash<QByteArray, QByteArray> headers = {};  // names in lower case
    bool isCdn = false;
    int number = 0;  // of requests so far, from 1

    bool asksFor(const char* ending) const { return path.endsWith(ending); }
    bool isBody() const { return method == "GET" && (isCdn || path.contains("/resolve/")); }
};

// What the server does instead of behaving. Fields left alone change nothing.
struct Misdeed {
    int status = 0;  // with `body`, and nothing else of the file
    QByteArray body = {};
    QList<QPair<QByteArray, QByteArray>> headers = {};  // besides or instead
    bool ignoresRange = false;
    bool shiftsRange = false;  // Content-Range one byte off
    bool hidesLength = false;  // no Content-Length: the end of the connection is the end
    qint64 cutsAfter = -1;     // bytes of the body, then closes
    qint64 stallsAfter = -1;   // bytes of the body, then is silent
    bool isChunked = false;    // Transfer-Encoding: chunked, and its last chunk never comes
    qint64 addsBytes = 0;      // to the body, beyond the file
    bool staysOpen = false;    // with hidesLength: the connection never ends
    qint64 dripsAfter = -1;    // bytes of the body, then one every few milliseconds
    QByteArray begins = {};    // the answer, as it is sent,
    QByteArray goesOn = {};    // and this for ever
    qint64 flipsByteAt = -1;   // of the file: damaged on the way
    std::optional<quint64> otherSeed = {};  // the bytes of another version
};

class HubServer {
  public:
    // Of the faults: called on the server's thread for every request, with no lock held.
    using Script = std::function<Misdeed(const ServedRequest&)>;

    explicit HubServer(const QString& repository = QStringLiteral("test-org/test-model"));
    ~HubServer();

    QString repository() const { return repository_; }
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
    class Worker;

    struct State {
        QList<ServedFile> files;
        Script script;
        QList<ServedRequest> requests;
        QString commit;
        int pageSize = 1000;
        int signature = 1;
        int oldestSignature = 1;
        int requestCount = 0;
    };

    QString repository_;
    mutable QMutex mutex_;
    State state_;
    std::atomic<qint64> bytesSent_{0};
    std::atomic<qint64> bytesPerSecond_{0};
    quint16 hubPort_ = 0;
    quint16 cdnPort_ = 0;
    QThread thread_;
};

}  // namespace dsm::test
