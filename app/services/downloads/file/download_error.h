// DownloadError: why a download cannot go on, in words that say what to do.
//
// The fault is for the program (may it try again, by itself or elsewhere?), the message for people:
// one or two whole, translated sentences, the second the remedy where there is one.
//
// Threads  Plain values; DownloadText::tr() is safe from any thread.
#pragma once

#include <QCoreApplication>
#include <QString>
#include <chrono>
#include <tl/expected.hpp>
#include <utility>

namespace dsm {

enum class DownloadFault {
    Network,          // no connection, a timeout, an early end: worth another try
    Server,           // 5xx or 408: worth another try
    TooManyRequests,  // worth another try after retryAfter
    WrongAnswer,      // not what was asked for: a portal's page, a wrong range, a coded body
    Expired,          // a signed address is no longer valid: ask the source for a new one
    Changed,          // the file is no longer the one that was listed
    Denied,           // a token is missing, wrong or not enough
    NotFound,         // no such repository, revision or file
    Unsafe,           // a name, an address or a redirect that must not be followed
    Damaged,          // the checksum is not the published one
    DiskFull,         // message carries the numbers
    Disk,             // the folder cannot be written or read
    Locked,           // another program downloads the same file
};

struct DownloadError {
    DownloadFault fault = DownloadFault::Network;
    QString message = {};
    std::chrono::milliseconds retryAfter{0};  // what the server asked for; 0: nothing
};

template <class T>
using DownloadResult = tl::expected<T, DownloadError>;

inline tl::unexpected<DownloadError> downloadFailure(DownloadFault fault, QString message) {
    return tl::unexpected<DownloadError>(DownloadError{fault, std::move(message)});
}

// The faults that go away by themselves often enough.
inline bool isWorthAnotherTry(DownloadFault fault) {
    return fault == DownloadFault::Network || fault == DownloadFault::Server ||
           fault == DownloadFault::TooManyRequests || fault == DownloadFault::WrongAnswer ||
           fault == DownloadFault::Expired;
}

// Where the sentences of this folder are translated.
struct DownloadText {
    Q_DECLARE_TR_FUNCTIONS(DownloadText)
};

}  // namespace dsm
