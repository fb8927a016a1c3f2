#include "app/services/downloads/transfer/rate_limiter.h"

#include <algorithm>
#include <utility>

namespace dsm {

RateLimiter::RateLimiter(Clock clock) : clock_(std::move(clock)), filled_(clock_()) {}

void RateLimiter::setBytesPerSecond(qint64 limit) {
    limit_ = std::max<qint64>(limit, 0);
    held_ = 0;
    filled_ = clock_();
}

qint64 RateLimiter::take(qint64 wanted) {
    if (limit_ == 0) return wanted;
    fill();
    const qint64 given = std::min(wanted, static_cast<qint64>(held_));
    held_ -= static_cast<double>(given);
    return given;
}

void RateLimiter::giveBack(qint64 bytes) {
    if (limit_ != 0) held_ = std::min(held_ + static_cast<double>(bytes), bucketBytes());
}

void RateLimiter::fill() {
    const Time now = clock_();
    const std::chrono::duration<double> passed = now - filled_;
    filled_ = now;
    held_ = std::min(held_ + passed.count() * static_cast<double>(limit_), bucketBytes());
}

double RateLimiter::bucketBytes() const {
    return std::max(static_cast<double>(limit_) / 10, 16'384.0);
}

}  // namespace dsm
