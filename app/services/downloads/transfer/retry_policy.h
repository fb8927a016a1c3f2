// RetryPolicy: how long to wait after a failure, and when to give up.
//
//   wait = what the server asked for, else 1 s doubling to 8 s
//
// It gives up after 5 failures in a row without progress (so many bytes since the last one), or
// when the server asks for more patience than kMostPatience.
//
// Threads  One thread.
#pragma once

#include <chrono>
#include <optional>

#include "app/services/downloads/file/download_error.h"

namespace dsm {

struct RetryTimes {
    std::chrono::milliseconds first{1'000};
    std::chrono::milliseconds most{8'000};
    int tries = 5;
};

class RetryPolicy {
  public:
    explicit RetryPolicy(RetryTimes times, qint64 bytesOfProgress = 1)
        : times_(times), bytesOfProgress_(bytesOfProgress) {}

    // The wait before the next try; nothing: give up.
    std::optional<std::chrono::milliseconds> failed(const DownloadError& error);
    void received(qint64 bytes) {
        bytesSinceFailure_ += bytes;
        if (bytesSinceFailure_ >= bytesOfProgress_) progressed();
    }
    void progressed() { failures_ = 0; }
    int failures() const { return failures_; }

    static constexpr std::chrono::minutes kMostPatience{15};

  private:
    RetryTimes times_;
    qint64 bytesOfProgress_;
    qint64 bytesSinceFailure_ = 0;
    int failures_ = 0;
};

}  // namespace dsm
