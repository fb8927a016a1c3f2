// ReplySpeed: tokens per second of what is being written, from the second token on.
//
// Threads  One.
#pragma once

#include <chrono>
#include <cstdint>

namespace dsm {

class ReplySpeed {
  public:
    // 0 where there is nothing to tell yet.
    double afterAnotherToken() {
        const auto now = std::chrono::steady_clock::now();
        if (tokens_++ == 0) start_ = now;
        const std::chrono::duration<double> elapsed = now - start_;
        return elapsed.count() > 0 ? static_cast<double>(tokens_ - 1) / elapsed.count() : 0;
    }

  private:
    std::chrono::steady_clock::time_point start_;
    std::int64_t tokens_ = 0;
};

}  // namespace dsm
