#include "app/services/downloads/transfer/retry_policy.h"

#include <algorithm>

namespace dsm {

std::optional<std::chrono::milliseconds> RetryPolicy::failed(const DownloadError& error) {
    ++failures_;
    bytesSinceFailure_ = 0;
    if (!isWorthAnotherTry(error.fault) || failures_ > times_.tries) return std::nullopt;
    if (error.retryAfter > kMostPatience) return std::nullopt;
    if (error.retryAfter.count() > 0) return error.retryAfter;
    return std::min(times_.first * (1 << (failures_ - 1)), times_.most);
}

}  // namespace dsm
