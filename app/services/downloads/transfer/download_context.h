// DownloadContext: what all downloads of a queue share, borrowed for their lifetime.
//
// Threads  All of it belongs to the thread of the queue.
#pragma once

#include <chrono>

#include "app/services/downloads/file/disk.h"
#include "app/services/downloads/file/ranged_file.h"
#include "app/services/downloads/source/http_client.h"
#include "app/services/downloads/transfer/rate_limiter.h"
#include "app/services/downloads/transfer/retry_policy.h"
#include "app/services/program/work_thread.h"

namespace dsm {

// How long what may take; shorter in tests.
struct DownloadTimes {
    RetryTimes retry = {};
    std::chrono::milliseconds stall{30'000};  // without a byte
    // Below this speed for so long, although we read: a connection that is given up.
    std::chrono::milliseconds slow{45'000};
    qint64 leastBytesPerSecond = 1'000;
    std::chrono::milliseconds answer{30'000};  // of a small request
    std::chrono::milliseconds spaceCheck{2'000};
    // After a failure that may go away by itself; 0: never.
    std::chrono::milliseconds tryAgain{60'000};
};

struct DownloadContext {
    HttpClient& http;
    RateLimiter& limiter;
    UnflushedBytes& unflushed;
    WorkThread& disk;     // waits for the disk
    WorkThread& hashing;  // reads and hashes
    const DownloadTimes& times;
};

}  // namespace dsm
