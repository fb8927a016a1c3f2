// RateLimiter: a token bucket that all connections share.
//
// The bucket holds a tenth of a second's worth, at least 16 kB: a limit is kept within a blink, and
// a pause does not earn a burst.
//
// Threads  One thread.
#pragma once

#include <QtGlobal>
#include <chrono>
#include <functional>

namespace dsm {

class RateLimiter {
  public:
    using Time = std::chrono::steady_clock::time_point;
    using Clock = std::function<Time()>;

    explicit RateLimiter(Clock clock = &std::chrono::steady_clock::now);

    // 0: no limit.
    void setBytesPerSecond(qint64 limit);
    qint64 bytesPerSecond() const { return limit_; }

    // How many of `wanted` bytes may be read now; they count as read. 0: ask again after wait().
    qint64 take(qint64 wanted);
    // Gives back what was taken and not read.
    void giveBack(qint64 bytes);

    static constexpr std::chrono::milliseconds kWait{20};

  private:
    void fill();
    double bucketBytes() const;

    Clock clock_;
    qint64 limit_ = 0;
    double held_ = 0;
    Time filled_;
};

}  // namespace dsm
