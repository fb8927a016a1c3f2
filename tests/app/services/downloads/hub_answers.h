// HubAnswers: what the Hub and ModelScope answer to a request, and the host of their large files.
//
// Ownership  Borrows the state and the misdeed for as long as it lives.
#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QPair>
#include <QString>
#include <optional>

#include "tests/app/services/downloads/served_file.h"

namespace dsm::test {

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

// What is served.
struct HubState {
    QString repository;
    QString commit;
    QString hub, cdn;  // addresses
    QList<ServedFile> files;
    int pageSize = 1000;
    int signature = 1;
    int oldestSignature = 1;
};

struct HubAnswer {
    int status = 200;
    QList<QPair<QByteArray, QByteArray>> headers = {};
    QByteArray text = {};
    std::optional<ServedFile> file = {};
    qint64 begin = 0;
    qint64 end = 0;
};

class HubAnswers {
  public:
    HubAnswers(const HubState& state, const Misdeed& misdeed) : state_(state), misdeed_(misdeed) {}

    HubAnswer answer(const ServedRequest& request) const;

  private:
    HubAnswer tree(const ServedRequest& request) const;
    HubAnswer repository() const;
    HubAnswer resolved(const ServedRequest& request, qsizetype prefix) const;
    HubAnswer scopeList() const;
    HubAnswer scopeFile(const ServedRequest& request) const;
    HubAnswer cdnFile(const ServedRequest& request) const;
    HubAnswer file(const ServedRequest& request, const ServedFile& file) const;
    const ServedFile* find(const QByteArray& path) const;
    QByteArray signedAddress(const ServedFile& file) const;

    const HubState& state_;
    const Misdeed& misdeed_;
};

}  // namespace dsm::test
